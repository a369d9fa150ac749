import Fixtures
import Foundation
import Testing

/// Ways to start a program in surroundings that are bad.
enum BadSurroundings {
    /// Files grow to so many KiB and no further.
    static func fileSize(_ kibibytes: Int) -> [String] { ["prlimit", "--fsize=\(kibibytes << 10)"] }

    static func openFiles(_ count: Int) -> [String] { ["prlimit", "--nofile=\(count)"] }

    /// Permissions of files count for root too.
    static var obedient: [String] {
        getuid() == 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : []
    }

    /// The clock is off by so much, such as `-2d`; the times of files are not.
    static func clock(_ offset: String) -> [String] {
        ["env", "NO_FAKE_STAT=1", "DONT_FAKE_MONOTONIC=1", "faketime", "-f", offset]
    }
}

extension Program {
    /// A store with a local source `it`, with templates that follow each of its files, synced and applied once.
    static func settled(files count: Int = 60, environment: [String: String] = [:]) throws -> Program {
        let program = try Program(environment: environment)
        for index in 0..<count { try program.root.write("t\(index).j2", Self.content(index, 1)) }
        try program.sluice("source", "add", "it", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "it", "--path", "*.j2")
        #expect(try program.sluice("sync", "it").status == 0)
        #expect(try program.sluice("apply", "--all", "--yes").status == 0)
        return program
    }

    static func content(_ index: Int, _ version: Int) -> String {
        "\(index) in version \(version) " + String(repeating: "\(index % 10)", count: index * 90)
    }

    /// All that the store shows, to be compared with what it shows later.
    func shown() throws -> [String] {
        try [["file", "list", "it"], ["status"], ["object", "list"]].map { try run($0 + ["--format", "json"]).output }
    }

    /// The database alone, with all that was in its log.
    func settledDatabase() throws -> URL {
        #expect(try sluice("check").status == 0)
        return URL(fileURLWithPath: store + "/sluice.db")
    }
}
