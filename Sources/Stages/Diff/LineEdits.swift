/// The shortest way from one list of lines, given by numbers, to another: which stay, go and come.
///
/// Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy algorithm.
enum LineEdits {
    enum Edit: Equatable {
        case keep(Int, Int)
        case remove(Int)
        case insert(Int)
    }

    /// Bounds time to this times the number of lines, and memory to its square: 16 MB.
    static let mostEdits = 2_000

    /// In order; indexes into `old`, `new` or both. Nil when it takes more than ``mostEdits``.
    static func between(_ old: [Int32], _ new: [Int32]) -> [Edit]? {
        if old.isEmpty || new.isEmpty { return old.indices.map { .remove($0) } + new.indices.map { .insert($0) } }
        let most = min(mostEdits, old.count + new.count)
        // reached[most + k]: how far into `old` a path on diagonal k (old index - new index) has come.
        var reached = [Int32](repeating: 0, count: 2 * most + 2)
        // The diagonals -d...d of `reached` before each step, for the way back.
        var steps: [[Int32]] = []
        for edits in 0...most {
            steps.append(Array(reached[(most - edits)...(most + edits)]))
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                var oldIndex = start(of: diagonal, edits) { Int(reached[most + $0]) }.index
                var newIndex = oldIndex - diagonal
                while oldIndex < old.count, newIndex < new.count, old[oldIndex] == new[newIndex] {
                    oldIndex += 1
                    newIndex += 1
                }
                reached[most + diagonal] = Int32(oldIndex)
                if oldIndex >= old.count, newIndex >= new.count {
                    return path(to: (old.count, new.count), steps)
                }
            }
        }
        return nil
    }

    /// Where a path with `edits` edits enters a diagonal: from the one above by an insertion, or from below by a removal.
    private static func start(
        of diagonal: Int, _ edits: Int, reached: (Int) -> Int
    ) -> (index: Int, isInsertion: Bool) {
        if edits == 0 { return (0, false) }
        if diagonal == -edits { return (reached(diagonal + 1), true) }
        if diagonal == edits { return (reached(diagonal - 1) + 1, false) }
        let insertion = reached(diagonal + 1)
        let removal = reached(diagonal - 1) + 1
        return insertion >= removal ? (insertion, true) : (removal, false)
    }

    private static func path(to end: (Int, Int), _ steps: [[Int32]]) -> [Edit] {
        var edits: [Edit] = []
        var (oldIndex, newIndex) = end
        for count in stride(from: steps.count - 1, through: 0, by: -1) {
            let before = steps[count]
            let (index, isInsertion) = start(of: oldIndex - newIndex, count) { Int(before[count + $0]) }
            while oldIndex > index {
                oldIndex -= 1
                newIndex -= 1
                edits.append(.keep(oldIndex, newIndex))
            }
            if count == 0 { break }
            if isInsertion {
                newIndex -= 1
                edits.append(.insert(newIndex))
            } else {
                oldIndex -= 1
                edits.append(.remove(oldIndex))
            }
        }
        return edits.reversed()
    }
}
