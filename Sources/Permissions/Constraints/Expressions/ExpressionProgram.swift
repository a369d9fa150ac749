/// A regular expression as steps of a machine that is in many of them at once.
///
/// - Source: K. Thompson, "Regular Expression Search Algorithm" (1968); R. Cox, "Regular Expression Matching: the Virtual
///   Machine Approach" (2009).
struct ExpressionProgram: Sendable {
    /// Those that take a letter go on with the step after them.
    enum Step {
        case letter(UInt32)
        case anyLetter
        case letterClass(LetterClass)
        case place(ExpressionNode.Place)
        case goTo(Int)
        /// Goes on with the next step and with another.
        case both(Int)
        case found
    }

    private(set) var steps: [Step] = []
    /// Whether it can begin at the text's start only.
    let isAnchored: Bool
    let ignoresCase: Bool

    init(_ node: ExpressionNode, ignoresCase: Bool) {
        self.ignoresCase = ignoresCase
        isAnchored = Self.beginsAtTextStart(node)
        steps.reserveCapacity(node.size + 1)
        add(node)
        steps.append(.found)
    }

    private static func beginsAtTextStart(_ node: ExpressionNode) -> Bool {
        switch node.form {
        case .place(.textStart): true
        case .sequence(let nodes): nodes.first.map(beginsAtTextStart) ?? false
        case .choice(let nodes): nodes.allSatisfy(beginsAtTextStart)
        default: false
        }
    }

    private mutating func add(_ node: ExpressionNode) {
        switch node.form {
        case .empty: break
        case .letter(let letter): steps.append(.letter(letter))
        case .anyLetter: steps.append(.anyLetter)
        case .letterClass(let letters): steps.append(.letterClass(letters))
        case .place(let place): steps.append(.place(place))
        case .sequence(let nodes): for node in nodes { add(node) }
        case .choice(let nodes): addChoice(nodes)
        case .repeated(let node, let least, let most): addRepeated(node, least, most)
        }
    }

    private mutating func addChoice(_ nodes: [ExpressionNode]) {
        var ends: [Int] = []
        for node in nodes.dropLast() {
            let fork = steps.count
            steps.append(.both(0))
            add(node)
            ends.append(steps.count)
            steps.append(.goTo(0))
            steps[fork] = .both(steps.count)
        }
        if let last = nodes.last { add(last) }
        for end in ends { steps[end] = .goTo(steps.count) }
    }

    private mutating func addRepeated(_ node: ExpressionNode, _ least: Int, _ most: Int?) {
        var begin = steps.count
        for _ in 0..<least {
            begin = steps.count
            add(node)
        }
        guard let most else {
            if least > 0 {
                steps.append(.both(begin))
            } else {
                steps.append(.both(0))
                add(node)
                steps.append(.goTo(begin))
                steps[begin] = .both(steps.count)
            }
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(steps.count)
            steps.append(.both(0))
            add(node)
        }
        for fork in forks { steps[fork] = .both(steps.count) }
    }
}
