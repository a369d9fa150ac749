/// Differences of two texts in the unified format, which `patch` and `git apply` take.
///
/// Lines end in LF; a CR before it belongs to the line. Texts are compared by bytes.
package enum TextDiff {
    private static let context = 3

    /// What leads from `old` to `new`, with three lines of context; "" when they are equal.
    ///
    /// Time and memory are bounded (see ``LineRuns`` and ``LineEdits``): texts that differ in thousands of lines may come
    /// out as one replacement, which is right but not shortest.
    /// - Parameters:
    ///   - oldLabel: what follows `---`, such as `a/config-template/leaf`.
    ///   - newLabel: what follows `+++`.
    package static func unified(
        _ old: String, _ new: String, from oldLabel: String, to newLabel: String
    ) -> String {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        let hunks = hunks(of: LineRuns.between(old, new), old)
        if hunks.isEmpty { return "" }
        var text = Array("--- \(oldLabel)\n+++ \(newLabel)\n".utf8)
        for hunk in hunks { append(hunk, old, new, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Changes with their context, and how many lines of each text are before them.
    private struct Hunk {
        var runs: [LineRun]
        let oldStart: Int
        let newStart: Int

        func count(without kind: LineRun.Kind) -> Int { runs.reduce(0) { $0 + ($1.kind == kind ? 0 : $1.count) } }
    }

    private static func hunks(of runs: [LineRun], _ old: [UInt8]) -> [Hunk] {
        var hunks: [Hunk] = []
        var open: Hunk?
        // What is kept before the next change.
        var before: [LineRun] = []
        var (oldLine, newLine) = (0, 0)
        for (index, run) in runs.enumerated() {
            if run.kind == .kept {
                let isBetween = index + 1 < runs.count && run.count <= 2 * context
                if var hunk = open {
                    hunk.runs.append(isBetween ? run : first(of: run, old))
                    if !isBetween { hunks.append(hunk) }
                    open = isBetween ? hunk : nil
                }
                before = [last(of: run, old)]
            } else {
                let lines = before.first?.count ?? 0
                var hunk = open ?? Hunk(runs: before, oldStart: oldLine - lines, newStart: newLine - lines)
                hunk.runs.append(run)
                open = hunk
                before = []
            }
            oldLine += run.kind == .inserted ? 0 : run.count
            newLine += run.kind == .removed ? 0 : run.count
        }
        return hunks + (open.map { [$0] } ?? [])
    }

    /// The first lines of a run that is kept, as context.
    private static func first(of run: LineRun, _ old: [UInt8]) -> LineRun {
        guard run.count > context else { return run }
        var end = run.bytes.lowerBound
        for _ in 0..<context { end = (old[end...].firstIndex(of: LineRuns.lineEnd) ?? end) + 1 }
        return LineRun(kind: .kept, bytes: run.bytes.lowerBound..<end, count: context)
    }

    /// The last lines of a run that is kept, as context.
    private static func last(of run: LineRun, _ old: [UInt8]) -> LineRun {
        guard run.count > context else { return run }
        var start = run.bytes.upperBound
        for _ in 0..<context { start = (old[..<(start - 1)].lastIndex(of: LineRuns.lineEnd) ?? -1) + 1 }
        return LineRun(kind: .kept, bytes: start..<run.bytes.upperBound, count: context)
    }

    private static func append(_ hunk: Hunk, _ old: [UInt8], _ new: [UInt8], to text: inout [UInt8]) {
        let oldRange = range(hunk.oldStart, hunk.count(without: .inserted))
        let newRange = range(hunk.newStart, hunk.count(without: .removed))
        text += "@@ -\(oldRange) +\(newRange) @@\n".utf8
        for run in hunk.runs {
            switch run.kind {
            case .kept: append(" ", old[run.bytes], to: &text)
            case .removed: append("-", old[run.bytes], to: &text)
            case .inserted: append("+", new[run.bytes], to: &text)
            }
        }
    }

    /// As diff writes it: a count of 1 is left out, and an empty range names the line before it.
    private static func range(_ start: Int, _ count: Int) -> String {
        switch count {
        case 0: "\(start),0"
        case 1: "\(start + 1)"
        default: "\(start + 1),\(count)"
        }
    }

    private static func append(_ sign: Unicode.Scalar, _ lines: ArraySlice<UInt8>, to text: inout [UInt8]) {
        let sign = UInt8(ascii: sign)
        var isLineStart = true
        for byte in lines {
            if isLineStart { text.append(sign) }
            text.append(byte)
            isLineStart = byte == LineRuns.lineEnd
        }
        if !isLineStart { text += "\n\\ No newline at end of file\n".utf8 }
    }
}
