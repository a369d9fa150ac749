import Model
import Stages

/// Reports of the stages, with stable keys.
extension JSONValue {
    static func status(_ status: ObjectStatus) -> JSONValue {
        [
            "object": .string(status.object.reference.description),
            "kind": .string(status.object.reference.kind.rawValue),
            "name": .string(status.object.reference.name.description), "state": .string(status.state.rawValue),
            "reason": .string(status.reason), "since": .time(status.since),
            "data_source": .string(status.link.source.description), "data_path": .string(status.link.path.string),
            "auto_sync_enabled": .bool(status.link.isAutoSyncEnabled), "revision": .revision(status.revision),
            "generation": status.file.map { .integer($0.since.number) } ?? .null,
            "data_synced": .time(status.object.content.appliedAt), "file_digest": .digest(status.file?.digest),
            "applied_digest": .digest(status.object.content.appliedFile),
            "content_digest": .digest(status.object.content.present),
            "likely_successors": .array(status.likelySuccessors.map { .string($0.string) }),
            "problem": status.problem.map { .problem($0) } ?? .null,
        ]
    }

    static func report(_ report: ApplyReport) -> JSONValue {
        let outcome: String
        var reason: JSONValue = .null
        switch report.outcome {
        case .applied: outcome = "applied"
        case .alreadyCurrent: outcome = "already_current"
        case .refused(let refused):
            outcome = "refused"
            reason = .string(refused.explanation(report.reference))
        }
        return [
            "object": .string(report.reference.description), "outcome": .string(outcome), "reason": reason,
            "digest_before": .digest(report.before), "digest_after": .digest(report.after),
        ]
    }

    static func report(_ report: SyncReport) -> JSONValue {
        [
            "source": .string(report.source.description), "outcome": .string(report.outcome.rawValue),
            "dry_run": .bool(report.isDryRun), "added": .integer(report.counts.added),
            "modified": .integer(report.counts.modified), "removed": .integer(report.counts.removed),
            "touched": .integer(report.counts.touched), "unchanged": .integer(report.counts.unchanged),
            "problems": .array(report.problems.map { .problem($0) }), "problem_count": .integer(report.problemCount),
            "bytes_transferred": .integer(report.bytesTransferred), "duration_seconds": .seconds(report.duration),
            "revision": .revision(report.revision), "notices": .array(report.notices.map { .string($0) }),
            "generation": .integer(report.generation.number),
            "newly_out_of_date": .array(report.newlyOutOfDate.map { .status($0) }),
            "auto_applied": .array(report.autoApplied.map { .report($0) }),
            "skipped": .array(report.skipped.map { .string($0.reference.description) }),
            "warnings": .array(report.warnings.map { .string($0) }), "error": .text(report.objectsFault),
        ]
    }

    /// A sync that came to nothing.
    static func failure(of source: SourceName, outcome: String, reason: String) -> JSONValue {
        let keys = [
            "dry_run", "added", "modified", "removed", "touched", "unchanged", "problems", "problem_count",
            "bytes_transferred", "duration_seconds", "revision", "notices", "generation", "newly_out_of_date",
            "auto_applied", "skipped", "warnings",
        ]
        let known: [String: JSONValue] = [
            "source": .string(source.description), "outcome": .string(outcome), "error": .string(reason),
        ]
        return .object(known.merging(keys.map { ($0, .null) }) { known, _ in known })
    }
}
