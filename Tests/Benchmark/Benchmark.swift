import Fixtures
import Foundation

/// Measures the program side by side with the tools that people use today, in one run, and says which promises hold.
///
///     swift build -c release && .build/release/sluice-bench [--row NAME]... [--rounds N] [--tree FOLDER] [--list]
///
/// Makes or fetches its inputs itself; servers are on loopback. Every round runs each command of a row once, in turn, so
/// that both meet the same machine; the table shows medians. Exit code 1 when a limit does not hold.
@main
struct Benchmark {
    static func main() async {
        do {
            var words = Array(CommandLine.arguments.dropFirst())
            if words.first == Inside.word { return try await Inside.run(Array(words.dropFirst())) }
            guard let choice = Choice(&words) else {
                print("usage: sluice-bench [--row NAME]... [--rounds N] [--tree FOLDER] [--list]")
                exit(2)
            }
            exit(try await measure(choice) ? 0 : 1)
        } catch {
            print("sluice-bench: \(error)")
            exit(1)
        }
    }

    static let rows: [BenchmarkRow] = [
        GitRows.first, GitRows.noChange, GitRows.onePercent, GitImageRow.row, S3Rows.first, S3Rows.noChange,
        S3Rows.onePercent, LocalRows.first, LocalRows.noChange, MemoryRow.row, ObjectRows.status, ObjectRows.apply,
        ManySourcesRow.row,
    ]

    /// What the command line asks for.
    private struct Choice {
        var rows: [String] = []
        var rounds = 5
        var tree: String?
        var isListing = false

        init?(_ words: inout [String]) {
            while let word = words.first {
                words.removeFirst()
                switch word {
                case "--list": isListing = true
                case "--row" where Benchmark.rows.contains { $0.name == words.first }: rows.append(words.removeFirst())
                case "--tree" where !words.isEmpty: tree = words.removeFirst()
                case "--rounds":
                    guard let count = words.first.flatMap({ Int($0) }), count > 0 else { return nil }
                    rounds = count
                    words.removeFirst()
                default: return nil
                }
            }
        }
    }

    /// - Returns: whether all limits hold.
    private static func measure(_ choice: Choice) async throws -> Bool {
        let chosen = choice.rows.isEmpty ? rows : rows.filter { choice.rows.contains($0.name) }
        if choice.isListing {
            for row in chosen { print("\(row.name): \(row.about)") }
            return true
        }
        let inputs = try Inputs(tree: choice.tree)
        print("medians of \(choice.rounds) rounds\n\n\(Finding.heading)")
        var allHold = true
        for row in chosen {
            for finding in try await row.run(inputs, choice.rounds) {
                print(finding)
                fflush(nil)  // A line at a time, also into a file.
                if finding.holds == false { allHold = false }
            }
        }
        return allHold
    }
}

/// One row of the table of promises.
struct BenchmarkRow: Sendable {
    let name: String
    let about: String
    let run: @Sendable (Inputs, _ rounds: Int) async throws -> [Finding]
}
