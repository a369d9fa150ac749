/// Differences of two texts in the unified format, which `patch` and `git apply` take.
///
/// Lines end in LF; a CR before it belongs to the line. Texts are compared by bytes.
package enum TextDiff {
    private static let context = 3

    /// What leads from `old` to `new`, with three lines of context; "" when they are equal.
    ///
    /// Time and memory are bounded (see `LineEdits`): texts that differ in thousands of lines may come out as one
    /// replacement, which is right but not shortest.
    /// - Parameters:
    ///   - oldLabel: what follows `---`, such as `a/config-template/leaf`.
    ///   - newLabel: what follows `+++`.
    package static func unified(
        _ old: String, _ new: String, from oldLabel: String, to newLabel: String
    ) -> String {
        let oldLines = lines(of: old)
        let newLines = lines(of: new)
        let hunks = hunks(of: LineEdits.between(oldLines, newLines))
        if hunks.isEmpty { return "" }
        var text = Array("--- \(oldLabel)\n+++ \(newLabel)\n".utf8)
        for hunk in hunks { append(hunk, oldLines, newLines, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Each with its LF; the last may have none. As bytes, because two Unicode forms of one text are two texts.
    private static func lines(of text: String) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            lines.append(rest[..<end])
            rest = rest[end...]
        }
        return lines
    }

    /// Runs of edits with their context, and where they start in both texts.
    private struct Hunk {
        var edits: [LineEdits.Edit]
        var oldStart: Int
        var newStart: Int
    }

    private static func hunks(of edits: [LineEdits.Edit]) -> [Hunk] {
        var hunks: [Hunk] = []
        var oldIndex = 0
        var newIndex = 0
        var keptSince = 0
        for (index, edit) in edits.enumerated() {
            if case .keep = edit {
                oldIndex += 1
                newIndex += 1
                continue
            }
            let kept = index - keptSince
            // The first hunk has no lines before it whose context could touch its own.
            if hunks.isEmpty || kept > 2 * context {
                closeLast(&hunks, with: edits[keptSince..<index].prefix(context))
                let before = edits[keptSince..<index].suffix(context)
                hunks.append(
                    Hunk(edits: Array(before), oldStart: oldIndex - before.count, newStart: newIndex - before.count))
            } else {
                hunks[hunks.count - 1].edits += edits[keptSince..<index]
            }
            hunks[hunks.count - 1].edits.append(edit)
            if case .remove = edit { oldIndex += 1 } else { newIndex += 1 }
            keptSince = index + 1
        }
        closeLast(&hunks, with: edits[min(keptSince, edits.count)...].prefix(context))
        return hunks
    }

    private static func closeLast(_ hunks: inout [Hunk], with context: ArraySlice<LineEdits.Edit>) {
        guard !hunks.isEmpty else { return }
        hunks[hunks.count - 1].edits += context
    }

    private static func append(
        _ hunk: Hunk, _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], to text: inout [UInt8]
    ) {
        var oldCount = 0
        var newCount = 0
        var body: [UInt8] = []
        for edit in hunk.edits {
            switch edit {
            case .keep(let index, _):
                oldCount += 1
                newCount += 1
                append(" ", old[index], to: &body)
            case .remove(let index):
                oldCount += 1
                append("-", old[index], to: &body)
            case .insert(let index):
                newCount += 1
                append("+", new[index], to: &body)
            }
        }
        text += "@@ -\(range(hunk.oldStart, oldCount)) +\(range(hunk.newStart, newCount)) @@\n".utf8
        text += body
    }

    /// As diff writes it: a count of 1 is left out, and an empty range names the line before it.
    private static func range(_ start: Int, _ count: Int) -> String {
        switch count {
        case 0: "\(start),0"
        case 1: "\(start + 1)"
        default: "\(start + 1),\(count)"
        }
    }

    private static func append(_ sign: Character, _ line: ArraySlice<UInt8>, to body: inout [UInt8]) {
        body += sign.utf8
        body += line
        if line.last != UInt8(ascii: "\n") { body += "\n\\ No newline at end of file\n".utf8 }
    }
}
