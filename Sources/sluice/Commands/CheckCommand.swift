import ArgumentParser
import Model
import Permissions
import Stages

struct CheckCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read all that the store keeps, and say what is not what it was.",
        discussion: """
            Every content is hashed and compared with its digest, the database and the git mirrors with their own \
            checksums. With --repair, damaged content is fetched again from the remotes of the files that name it. \
            Exits with 1 while something is wrong.
            """)

    @OptionGroup var options: StoreOptions
    @Flag(help: "Fetch damaged content again, and remove what can be made anew.")
    var repair = false
    @Option(help: "How to print: table for people, json for scripts.")
    var format = OutputFormat.table

    func run(in workspace: Workspace) async throws -> ExitStatus {
        for type in [ObjectType.dataFile] + ObjectKindName.allCases.map(\.objectType) {
            try workspace.authorizer.requireAll(.view, type)
        }
        let report =
            if repair {
                try await workspace.check.repair { source in try workspace.authorizer.permitSync(source) }
            } else {
                try await workspace.check()
            }
        let sources = try await workspace.store.dataSources()
        let names = Dictionary(sources.map { ($0.id, $0.name) }) { first, _ in first }
        switch format {
        case .json: Terminal.put(JSONValue.check(report, sources: names))
        case .table: Terminal.put(Self.text(of: report, sources: names))
        }
        return report.isSound ? .done : .failed
    }

    private static func text(of report: CheckReport, sources: [SourceID: SourceName]) -> String {
        var lines = report.structure.map { "database: \($0)" } + report.caches
        for finding in report.findings {
            let names = finding.names.shown(sources)
            lines.append("content \(finding.digest.short) is \(finding.fault.rawValue): \(finding.outcome.shown)")
            lines += names.prefix(5).map { "    \($0)" }
            if names.count > 5 { lines.append("    and \(names.count - 5) more") }
        }
        let size = ByteSize.text(report.contentBytes)
        lines.append("\(report.contentCount) contents read, \(size); \(report.findings.count) are not what they were")
        if !report.structure.isEmpty { lines.append("-> restore the store from a backup") }
        if !report.isRepair, !report.findings.isEmpty || !report.caches.isEmpty {
            lines.append("-> fetch them again with `sluice check --repair`")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension CheckReport.Finding.Outcome {
    /// A clause for a person.
    var shown: String {
        switch self {
        case .found: "found"
        case .refetched(let source, let path):
            "fetched again from \"\(EscapedName(path.string))\" of data source \"\(source)\""
        case .willBeReadAnew: "no remote has it any more; the next sync reads its files anew"
        case .dropped: "nothing names it; removed"
        case .unreachable(let reason): "still damaged, for its remote cannot be asked: \(reason)"
        case .lost(let reason): "lost: \(reason)"
        }
    }

    /// The stable word of `--format json`.
    var word: String {
        switch self {
        case .found: "found"
        case .refetched: "refetched"
        case .willBeReadAnew: "will_be_read_anew"
        case .dropped: "dropped"
        case .unreachable: "unreachable"
        case .lost: "lost"
        }
    }
}

extension ContentNames {
    /// Who names the content, each with its source.
    fileprivate func shown(_ sources: [SourceID: SourceName]) -> [String] {
        let paths = files.map { "\(sources[$0.source]?.description ?? "?"): \(EscapedName($0.path.string))" }
        return paths.enumerated().filter { !paths[..<$0.offset].contains($0.element) }.map(\.element)
            + objects.map(\.description)
    }
}

extension JSONValue {
    fileprivate static func check(_ report: CheckReport, sources: [SourceID: SourceName]) -> JSONValue {
        [
            "is_sound": .bool(report.isSound), "contents": .integer(report.contentCount),
            "bytes": .integer(report.contentBytes), "structure": .array(report.structure.map { .string($0) }),
            "caches": .array(report.caches.map { .string($0) }),
            "findings": .array(
                report.findings.map { finding in
                    [
                        "digest": .digest(finding.digest), "fault": .string(finding.fault.rawValue),
                        "outcome": .string(finding.outcome.word), "reason": .string(finding.outcome.shown),
                        "names": .array(finding.names.shown(sources).map { .string($0) }),
                    ]
                }),
        ]
    }
}
