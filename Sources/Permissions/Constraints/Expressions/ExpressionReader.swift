/// Reads the text of a regular expression.
struct ExpressionReader {
    /// As many as a pattern of the greatest length may need that repeats nothing. At worst, all of them are taken for each
    /// letter of a name: about 1 ms.
    static let mostSteps = 2_000
    /// PostgreSQL's bound of `{m,n}`.
    static let mostRepeats = 255
    static let deepest = 100

    let scalars: [Unicode.Scalar]
    var place = 0
    private(set) var ignoresCase: Bool
    private var depth = 0

    init(_ pattern: String, ignoresCase: Bool) {
        scalars = Array(pattern.unicodeScalars)
        self.ignoresCase = ignoresCase
    }

    /// - Throws: ``OperandFault`` whose reason is a clause that names the part at fault.
    mutating func read() throws(OperandFault) -> ExpressionNode {
        if take("(?i)") { ignoresCase = true }
        let node = try readChoice()
        if next != nil { throw fault("\")\" closes nothing; write \"\\)\" for the character") }
        try checkSize(of: node)
        return node
    }

    private mutating func readChoice() throws(OperandFault) -> ExpressionNode {
        var nodes = [try readSequence()]
        while take("|") { nodes.append(try readSequence()) }
        return .choice(nodes)
    }

    private mutating func readSequence() throws(OperandFault) -> ExpressionNode {
        var nodes: [ExpressionNode] = []
        while let next, next != "|", next != ")" { nodes.append(try readRepeated()) }
        return .sequence(nodes)
    }

    private mutating func readRepeated() throws(OperandFault) -> ExpressionNode {
        let start = place
        let node = try readAtom()
        guard let (least, most) = try readCount() else { return node }
        if case .place = node.form, scalars[start] != "(" {
            throw fault("\"\(text(from: start))\" repeats a place in the text")
        }
        // Whether as few or as many as can be are taken makes no difference to whether there is a match.
        _ = take("?")
        let again = place
        guard try readCount() == nil else { throw fault("\"\(text(from: again))\" repeats what is repeated already") }
        let repeated = ExpressionNode.repeated(node, least: least, most: most)
        try checkSize(of: repeated)
        return repeated
    }

    /// `*`, `+`, `?`, `{m}`, `{m,}` or `{m,n}`; nil for anything else. A brace that no digit follows is a character.
    private mutating func readCount() throws(OperandFault) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{" else { return nil }
        let start = place
        place += 1
        guard let least = try readNumber() else {
            if next == "," { throw fault("\"{,\" is not understood; write \"{0,\", or \"\\{\" for the character") }
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = try readNumber() }
        guard take("}") else { throw fault("\"\(text(from: start))\" is not closed with \"}\"") }
        if let most, most < least { throw fault("\"\(text(from: start))\" ends before it begins") }
        return (least, most)
    }

    private mutating func readNumber() throws(OperandFault) -> Int? {
        var number: Int?
        while let digit = next.flatMap({ $0.isASCII ? Int(String($0)) : nil }) {
            number = (number ?? 0) * 10 + digit
            if let number, number > Self.mostRepeats { throw fault("a count is at most \(Self.mostRepeats)") }
            place += 1
        }
        return number
    }

    private mutating func readAtom() throws(OperandFault) -> ExpressionNode {
        guard let letter = next else { return ExpressionNode(.empty) }
        switch letter {
        case "(": return try readGroup()
        case "[": return ExpressionNode(.letterClass(try readClass()))
        case "\\": return try readEscape()
        case "*", "+", "?": throw fault("\"\(letter)\" repeats nothing; write \"\\\(letter)\" for the character")
        case "{" where place + 1 < scalars.count && ("0"..."9").contains(scalars[place + 1]):
            throw fault("\"{\" repeats nothing; write \"\\{\" for the character")
        default: break
        }
        place += 1
        return switch letter {
        case ".": ExpressionNode(.anyLetter)
        case "^": ExpressionNode(.place(.textStart))
        case "$": ExpressionNode(.place(.textEnd))
        default: self.letter(letter)
        }
    }

    private mutating func readGroup() throws(OperandFault) -> ExpressionNode {
        let start = place
        place += 1
        if take("?:") {
        } else if take("?=") || take("?!") || take("?<=") || take("?<!") {
            throw fault("\"\(text(from: start))\" looks ahead or behind, which can take without bound")
        } else if next == "?" {
            throw fault("\"(?\" must be \"(?:\", or \"(?i)\" at the very beginning")
        }
        depth += 1
        guard depth <= Self.deepest else { throw fault("groups are nested more than \(Self.deepest) deep") }
        let node = try readChoice()
        guard take(")") else { throw fault("a group is not closed with \")\"") }
        depth -= 1
        return node
    }

    private mutating func readEscape() throws(OperandFault) -> ExpressionNode {
        let start = place
        place += 1
        guard let name = next else { throw fault("there is nothing after the last \"\\\"") }
        let edge: ExpressionNode.Place? =
            switch name {
            case "A": .textStart
            case "Z", "z": .textEnd
            case "b", "y": .wordEdge
            case "B", "Y": .noWordEdge
            case "m": .wordStart
            case "M": .wordEnd
            default: nil
            }
        if let edge {
            place += 1
            return ExpressionNode(.place(edge))
        }
        if ("0"..."9").contains(name) {
            throw fault("\"\\\(name)\" refers back to a group, which can take without bound")
        }
        place = start
        return switch try readLetterOrKind() {
        case .letter(let letter): self.letter(letter)
        case .kind(let kinds, let isLacking):
            ExpressionNode(
                .letterClass(
                    LetterClass(
                        kinds: isLacking ? [] : kinds, lacking: isLacking ? [kinds] : [], ignoringCase: ignoresCase)))
        }
    }

    private func letter(_ letter: Unicode.Scalar) -> ExpressionNode {
        ExpressionNode(.letter(ignoresCase ? Letter.folded(letter) : letter.value))
    }

    private func checkSize(of node: ExpressionNode) throws(OperandFault) {
        guard node.size <= Self.mostSteps else {
            throw fault("with its repeats written out it is longer than \(Self.mostSteps) steps")
        }
    }
}

/// Where the reader is.
extension ExpressionReader {
    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    /// Goes past `word` if it comes next.
    mutating func take(_ word: String) -> Bool {
        guard scalars[place...].starts(with: word.unicodeScalars) else { return false }
        place += word.unicodeScalars.count
        return true
    }

    /// What was read since `start`.
    func text(from start: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<place])
        return text
    }

    func fault(_ reason: String) -> OperandFault { OperandFault(reason: reason) }
}
