import Model
import Stages

/// A sync's report for a person.
struct SyncText {
    let report: SyncReport
    let isQuiet: Bool

    func print() {
        if isQuiet {
            Terminal.put("\(report.source)\n")
            return
        }
        Terminal.put(headline + "\n")
        for warning in report.warnings { Terminal.put(Colour.yellow("  ! warning: \(warning)") + "\n") }
        for notice in report.notices { Terminal.put(Colour.yellow("  ! \(notice)") + "\n") }
        for problem in report.problems.prefix(20) {
            Terminal.put(Colour.yellow("  ! \(problem.name): \(problem.reason)") + "\n")
        }
        if report.problemCount > 20 { Terminal.put("  ! and \(report.problemCount - 20) more problems\n") }
        for status in report.newlyOutOfDate.prefix(50) {
            Terminal.put("  \(status.state.colour(status.state.label)): \(status.object.reference): \(status.reason)\n")
        }
        if report.newlyOutOfDate.count > 50 {
            Terminal.put("  and \(report.newlyOutOfDate.count - 50) more objects; see `sluice status`\n")
        }
        if let fault = report.objectsFault {
            Terminal.put(Colour.red("  ! its objects could not all be looked at: \(fault)") + "\n")
        }
        Terminal.put(report.autoApplied.map { "  auto-sync: \(ApplyText.line($0))\n" }.joined())
    }

    private var headline: String {
        let counts = report.counts
        let parts = [
            ("added", counts.added), ("modified", counts.modified), ("removed", counts.removed),
            ("touched", counts.touched), ("unchanged", counts.unchanged), ("problems", report.problemCount),
        ].filter { $0.1 > 0 }.map { "\($0.1) \($0.1 == 1 && $0.0 == "problems" ? "problem" : $0.0)" }
        let ref = report.revision?.ref.map { " of \(EscapedName(RevisionText.shortRef($0)))" } ?? ""
        let revision = report.revision.map { ", revision \($0.revision.id.prefix(12))\(ref)" } ?? ""
        let seconds = JSONValue.seconds(report.duration).canonical
        let details =
            "generation \(report.generation)\(revision), \(ByteSize.text(report.bytesTransferred)), \(seconds) s"
        let outcome: String =
            switch report.outcome {
            case .synced where report.isDryRun: Colour.yellow("would change")
            case .synced: Colour.green("synced")
            case .unchanged: Colour.green("unchanged")
            case .held:
                Colour.red("held: it would remove \(counts.removed) files; confirm with --allow-removals")
            }
        return
            "\(report.source): \(outcome): \(parts.isEmpty ? "no files" : parts.joined(separator: ", ")) (\(details))"
    }
}

/// The line on a terminal that tells how far a sync is.
enum ProgressLine {
    private static let started = ContinuousClock.now
    private static let calls = Counter()

    /// Shows every hundredth call, so that drawing costs nothing.
    @Sendable static func show(_ progress: SyncProgress) {
        guard Terminal.talkIsTerminal, calls.increment() % 100 == 1 else { return }
        let seconds = max(0.001, (ContinuousClock.now - started) / .seconds(1))
        let rate = ByteSize.text(Int64(Double(progress.bytes) / seconds))
        Terminal.show(
            passing: "\(progress.source): \(progress.files) files compared, \(progress.fetched) read, "
                + "\(ByteSize.text(progress.bytes)), \(rate)/s")
    }

    static func wipe() { Terminal.show(passing: "") }
}

/// One object's outcome of an apply, for a person.
enum ApplyText {
    static func line(_ report: ApplyReport) -> String {
        switch report.outcome {
        case .applied:
            Colour.green("applied")
                + " \(report.reference) (\(report.before?.short ?? "empty") -> \(report.after?.short ?? "empty"))"
        case .alreadyCurrent: "already current \(report.reference)"
        case .refused(let refused):
            Colour.red("refused") + " \(report.reference): \(refused.explanation(report.reference))"
        }
    }
}
