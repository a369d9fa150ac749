import Foundation

/// One line of the table: a figure, what it may be at most, and whether it is.
struct Finding: CustomStringConvertible {
    let row: String
    let what: String
    var ours = ""
    var theirs = ""
    let value: String
    let limit: String
    /// Nil for a figure without a limit.
    let holds: Bool?

    /// Our wall time over another's.
    static func ratio(
        _ row: String, _ what: String, _ us: [Measurement], _ them: [Measurement], atMost limit: Double
    ) -> Finding {
        let (us, them) = (us.median, them.median)
        let ratio = us.wall / them.wall
        return Finding(
            row: row, what: what, ours: us.text, theirs: them.text, value: text(ratio, 2) + " x",
            limit: text(limit, 2) + " x", holds: ratio <= limit)
    }

    static func figure(
        _ row: String, _ what: String, _ value: Double, _ unit: String, atMost limit: Double? = nil
    ) -> Finding {
        Finding(
            row: row, what: what, value: "\(text(value, value < 10 ? 2 : 0)) \(unit)",
            limit: limit.map { "\(text($0, $0 < 10 ? 2 : 0)) \(unit)" } ?? "", holds: limit.map { value <= $0 })
    }

    static func rate(_ row: String, _ what: String, _ value: Double, atLeast limit: Double) -> Finding {
        Finding(
            row: row, what: what, value: text(value, 0) + " /s", limit: "from " + text(limit, 0), holds: value >= limit)
    }

    static func count(_ row: String, _ what: String, _ value: Int, exactly wanted: Int) -> Finding {
        Finding(row: row, what: what, value: "\(value)", limit: "= \(wanted)", holds: value == wanted)
    }

    static func unmeasured(_ row: String, _ what: String, missing tool: String) -> Finding {
        Finding(row: row, what: what, value: "no \(tool)", limit: "", holds: nil)
    }

    static let heading = line("row", "measured", "ours", "theirs", "value", "at most", "holds")

    var description: String {
        Self.line(row, what, ours, theirs, value, limit, holds.map { $0 ? "yes" : "NO" } ?? "")
    }

    private static func line(_ cells: String...) -> String {
        zip(cells, [18, 52, 22, 22, 12, 12, 5]).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
    }

    static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}

extension Measurement {
    /// Seconds by the clock, by the processor, and the most memory.
    var text: String { "\(Finding.text(wall, 3)) s \(Finding.text(user, 2)) u \(Finding.text(peakMiB, 0)) M" }
}

extension [Measurement] {
    var median: Measurement {
        func middle(_ value: (Measurement) -> Double) -> Double { map(value).sorted()[count / 2] }
        return Measurement(wall: middle(\.wall), user: middle(\.user), peakMiB: middle(\.peakMiB))
    }
}
