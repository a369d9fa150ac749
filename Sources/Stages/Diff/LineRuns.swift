/// A run of lines that two texts share, or that one of them has.
struct LineRun: Equatable {
    enum Kind { case kept, removed, inserted }

    let kind: Kind
    /// In the old text; in the new one of what was inserted.
    var bytes: Range<Int>
    /// How many lines.
    var count: Int
}

/// What leads from one text to another, as runs of lines.
///
/// Lines end in LF; the last one may have none. What both texts begin and end with costs nothing but the look at it; of
/// what is between, each line costs some bytes, as long as there are no more than ``mostLines``: else it is replaced.
enum LineRuns {
    static let mostLines = 1_000_000

    /// In order. Texts that are equal have no run that is not kept.
    static func between(_ old: [UInt8], _ new: [UInt8], mostLines: Int = mostLines) -> [LineRun] {
        let head = commonHead(old, new)
        let tail = commonTail(old, new, after: head)
        var runs: [LineRun] = []
        add(.kept, old, 0..<head, to: &runs)
        let (oldMiddle, newMiddle) = (head..<(old.count - tail), head..<(new.count - tail))
        if countOfLines(old, oldMiddle) + countOfLines(new, newMiddle) <= mostLines {
            addEdits(old, oldMiddle, new, newMiddle, to: &runs)
        } else {
            addReplacement(old, oldMiddle, new, newMiddle, to: &runs)
        }
        add(.kept, old, (old.count - tail)..<old.count, to: &runs)
        return runs
    }

    /// The length of the whole lines that both begin with.
    private static func commonHead(_ old: [UInt8], _ new: [UInt8]) -> Int {
        let most = min(old.count, new.count)
        var (length, lines) = (0, 0)
        while length < most, old[length] == new[length] {
            length += 1
            if old[length - 1] == lineEnd { lines = length }
        }
        return length == old.count && length == new.count ? length : lines
    }

    /// The length of the whole lines that both end with.
    private static func commonTail(_ old: [UInt8], _ new: [UInt8], after head: Int) -> Int {
        let most = min(old.count, new.count) - head
        var (length, lines) = (0, 0)
        while length < most, old[old.count - 1 - length] == new[new.count - 1 - length] {
            if old[old.count - 1 - length] == lineEnd { lines = length }
            length += 1
        }
        func isLineStart(_ text: [UInt8]) -> Bool {
            let index = text.count - length
            return index == head || text[index - 1] == lineEnd
        }
        return isLineStart(old) && isLineStart(new) ? length : lines
    }

    private static func addEdits(
        _ old: [UInt8], _ oldBytes: Range<Int>, _ new: [UInt8], _ newBytes: Range<Int>, to runs: inout [LineRun]
    ) {
        let (oldStarts, newStarts) = (starts(of: old, oldBytes), starts(of: new, newBytes))
        guard let edits = edits(old, oldStarts, new, newStarts) else {
            return addReplacement(old, oldBytes, new, newBytes, to: &runs)
        }
        for edit in edits {
            switch edit {
            case .keep(let index, _): add(.kept, oldStarts[index]..<oldStarts[index + 1], to: &runs)
            case .remove(let index): add(.removed, oldStarts[index]..<oldStarts[index + 1], to: &runs)
            case .insert(let index): add(.inserted, newStarts[index]..<newStarts[index + 1], to: &runs)
            }
        }
    }

    private static func addReplacement(
        _ old: [UInt8], _ oldBytes: Range<Int>, _ new: [UInt8], _ newBytes: Range<Int>, to runs: inout [LineRun]
    ) {
        add(.removed, old, oldBytes, to: &runs)
        add(.inserted, new, newBytes, to: &runs)
    }

    /// Equal lines get equal numbers, so that lines are compared once. As bytes, because two Unicode forms of one text
    /// are two texts.
    private static func edits(
        _ old: [UInt8], _ oldStarts: [Int], _ new: [UInt8], _ newStarts: [Int]
    ) -> [LineEdits.Edit]? {
        var numbers: [ArraySlice<UInt8>: Int32] = [:]
        func numbered(_ text: [UInt8], _ starts: [Int]) -> [Int32] {
            zip(starts, starts.dropFirst()).map { start, end in
                if let number = numbers[text[start..<end]] { return number }
                let number = Int32(numbers.count)
                numbers[text[start..<end]] = number
                return number
            }
        }
        return LineEdits.between(numbered(old, oldStarts), numbered(new, newStarts))
    }

    /// Where each line begins, and where the last one ends.
    private static func starts(of text: [UInt8], _ bytes: Range<Int>) -> [Int] {
        var starts = [bytes.lowerBound]
        for index in bytes where text[index] == lineEnd && index + 1 < bytes.upperBound { starts.append(index + 1) }
        if !bytes.isEmpty { starts.append(bytes.upperBound) }
        return starts
    }

    private static func countOfLines(_ text: [UInt8], _ bytes: Range<Int>) -> Int {
        guard let last = text[bytes].last else { return 0 }
        return text[bytes].count { $0 == lineEnd } + (last == lineEnd ? 0 : 1)
    }

    private static func add(_ kind: LineRun.Kind, _ text: [UInt8], _ bytes: Range<Int>, to runs: inout [LineRun]) {
        add(kind, bytes, countOfLines(text, bytes), to: &runs)
    }

    private static func add(_ kind: LineRun.Kind, _ bytes: Range<Int>, _ count: Int = 1, to runs: inout [LineRun]) {
        if bytes.isEmpty { return }
        if let last = runs.last, last.kind == kind, last.bytes.upperBound == bytes.lowerBound {
            runs[runs.count - 1].bytes = last.bytes.lowerBound..<bytes.upperBound
            runs[runs.count - 1].count += count
        } else {
            runs.append(LineRun(kind: kind, bytes: bytes, count: count))
        }
    }

    static let lineEnd = UInt8(ascii: "\n")
}
