/// Goes through a text once, being in each step of a program at most once between two letters.
struct ExpressionSearch {
    private let program: ExpressionProgram
    /// Where the letter that comes next may go on from.
    private var current: [Int] = [0]
    private var next: [Int] = []
    /// For each step, the place in the text at which it was last taken.
    private var taken: [Int]
    /// How many steps were taken.
    private(set) var steps = 0

    init(_ program: ExpressionProgram) {
        self.program = program
        taken = Array(repeating: -1, count: program.steps.count)
    }

    mutating func finds(in text: String) -> Bool {
        var place = 0
        var before: Letter?
        for scalar in text.unicodeScalars {
            let letter = Letter(scalar, ignoringCase: program.ignoresCase)
            if reachesEnd(at: place, before, letter) { return true }
            swap(&current, &next)
            next.removeAll(keepingCapacity: true)
            if program.isAnchored {
                if current.isEmpty { return false }
            } else {
                current.append(0)
            }
            before = letter
            place += 1
        }
        return reachesEnd(at: place, before, nil)
    }

    /// Takes all steps that need no letter, and lets `letter` be taken by those that need one.
    private mutating func reachesEnd(at place: Int, _ before: Letter?, _ letter: Letter?) -> Bool {
        while let index = current.popLast() {
            guard taken[index] != place else { continue }
            taken[index] = place
            steps += 1
            switch program.steps[index] {
            case .letter(let wanted): if letter?.folded == wanted { next.append(index + 1) }
            case .anyLetter: if letter != nil { next.append(index + 1) }
            case .letterClass(let letters):
                if let letter, letters.contains(letter) { next.append(index + 1) }
            case .place(let wanted):
                if Self.isAt(wanted, before, letter) { current.append(index + 1) }
            case .goTo(let other): current.append(other)
            case .both(let other):
                current.append(other)
                current.append(index + 1)
            case .found: return true
            }
        }
        return false
    }

    private static func isAt(_ place: ExpressionNode.Place, _ before: Letter?, _ after: Letter?) -> Bool {
        let isInWord = before?.kinds.contains(.word) ?? false
        let isBeforeWord = after?.kinds.contains(.word) ?? false
        return switch place {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .wordEdge: isInWord != isBeforeWord
        case .noWordEdge: isInWord == isBeforeWord
        case .wordStart: !isInWord && isBeforeWord
        case .wordEnd: isInWord && !isBeforeWord
        }
    }
}
