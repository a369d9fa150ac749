import Fixtures
import Foundation
import Model
import Testing

/// What a run of the program came to, and what it took.
struct MeasuredRun {
    let result: Program.Result
    let peakMiB: Int
    let time: Duration
}

extension Program {
    /// Runs `sluice` and tells its own peak of resident memory, that of what it starts left out.
    ///
    /// Through time(1): a child that we start ourselves would be told with our own peak.
    func measure(_ arguments: String...) throws -> MeasuredRun {
        let notes = try TemporaryFolder("sluice-time")
        let start = ContinuousClock.now
        let result = try run(
            arguments, through: ["time", "--quiet", "--format", "%M", "--output", notes.path(of: "peak")])
        let time = ContinuousClock.now - start
        let kibibytes = Int(notes.read("peak").trimmingCharacters(in: .whitespacesAndNewlines))
        return MeasuredRun(result: result, peakMiB: try #require(kibibytes) / 1_024, time: time)
    }

    /// The paths that the store has of a source, in order.
    func paths(_ source: String = "it") throws -> [String] {
        try strings("path", of: sluice("file", "list", source, "--format", "json").json())
    }

    /// The problems of a source's last sync, each as `NAME: REASON`.
    func problems(_ source: String = "it") throws -> [String] {
        let problems = try sluice("source", "show", source, "--format", "json").json()["problems"] ?? .null
        return zip(strings("path", of: problems), strings("reason", of: problems)).map { "\($0): \($1)" }
    }
}

/// One member of each object of a list.
func strings(_ key: String, of list: JSONValue) -> [String] {
    (0..<list.count).compactMap { index in
        guard case .string(let text)? = list[index]?[key] else { return nil }
        return text
    }
}
