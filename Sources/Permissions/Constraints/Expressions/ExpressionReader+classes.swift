/// `[...]`, and what stands behind a backslash in and outside it.
extension ExpressionReader {
    enum LetterOrKind {
        case letter(Unicode.Scalar)
        /// A letter that is one of the kinds, or that is none of them.
        case kind(LetterKinds, isLacking: Bool)
    }

    mutating func readClass() throws(OperandFault) -> LetterClass {
        let start = place
        place += 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var kinds: LetterKinds = []
        var lacking: Set<LetterKinds> = []
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            switch try readMember(of: start) {
            case .kind(let some, isLacking: false): kinds.formUnion(some)
            case .kind(let some, isLacking: true): lacking.insert(some)
            case .letter(let first):
                guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                    ranges.append(first.value...first.value)
                    continue
                }
                let begin = place
                place += 1
                guard case .letter(let last) = try readMember(of: start), first <= last else {
                    throw fault("\"\(first)\(text(from: begin))\" is no range of characters")
                }
                ranges.append(first.value...last.value)
            }
        }
        place += 1
        return LetterClass(
            ranges: ranges, kinds: kinds, lacking: lacking, isNegated: isNegated, ignoringCase: ignoresCase)
    }

    private mutating func readMember(of start: Int) throws(OperandFault) -> LetterOrKind {
        guard let letter = next else { throw fault("\"[\" is not closed with \"]\"") }
        if letter == "\\" { return try readLetterOrKind() }
        if take("[:") { return .kind(try readKind(), isLacking: false) }
        if take("[.") || take("[=") { throw fault("\"[.\" and \"[=\" in \"[...]\" are not understood") }
        place += 1
        return .letter(letter)
    }

    private mutating func readKind() throws(OperandFault) -> LetterKinds {
        let start = place
        while let next, ("a"..."z").contains(next) { place += 1 }
        let name = text(from: start)
        guard let kinds = LetterKinds.named[name], take(":]") else {
            throw fault("in \"[:...:]\" there can be \(LetterKinds.named.keys.sorted().joined(separator: ", "))")
        }
        return kinds
    }

    /// - Precondition: a backslash comes next.
    mutating func readLetterOrKind() throws(OperandFault) -> LetterOrKind {
        place += 1
        guard let name = next else { throw fault("there is nothing after the last \"\\\"") }
        place += 1
        switch name {
        case "d": return .kind(.digit, isLacking: false)
        case "D": return .kind(.digit, isLacking: true)
        case "w": return .kind(.word, isLacking: false)
        case "W": return .kind(.word, isLacking: true)
        case "s": return .kind(.space, isLacking: false)
        case "S": return .kind(.space, isLacking: true)
        case "a": return .letter("\u{7}")
        case "e": return .letter("\u{1B}")
        case "f": return .letter("\u{C}")
        case "n": return .letter("\n")
        case "r": return .letter("\r")
        case "t": return .letter("\t")
        case "v": return .letter("\u{B}")
        case "u": return .letter(try readNumbered(digits: 4))
        case "U": return .letter(try readNumbered(digits: 8))
        case "a"..."z", "A"..."Z", "0"..."9": throw fault("\"\\\(name)\" is not understood")
        default: return .letter(name)
        }
    }

    private mutating func readNumbered(digits: Int) throws(OperandFault) -> Unicode.Scalar {
        let start = place
        while place - start < digits, next?.properties.isASCIIHexDigit ?? false { place += 1 }
        let text = text(from: start)
        guard text.unicodeScalars.count == digits, let scalar = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init)
        else { throw fault("\"\\u\" takes the 4 digits, \"\\U\" the 8 digits of a character's number") }
        return scalar
    }
}
