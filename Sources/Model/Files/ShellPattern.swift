/// A pattern in the manner of `fnmatch`: `*` any run of characters, `?` one character, `[seq]` and `[!seq]` one
/// character of or outside a set with ranges; everything else, a lone `[` too, stands for itself.
///
/// `*` and `?` match `/` like any character. Case matters. Linear in pattern times text, without recursion.
/// Source: Python's `fnmatch.fnmatchcase`, which NetBox uses.
package struct ShellPattern: Sendable, Equatable {
    private enum Token: Sendable, Equatable {
        case star
        case anyOne
        case scalar(Unicode.Scalar)
        case set([ClosedRange<UInt32>], isNegated: Bool)
    }

    private let tokens: [Token]

    package init(_ text: String) {
        var scalars = Array(text.unicodeScalars)[...]
        var tokens: [Token] = []
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "*": if tokens.last != .star { tokens.append(.star) }
            case "?": tokens.append(.anyOne)
            case "[": tokens.append(Self.takeSet(from: &scalars) ?? .scalar("["))
            default: tokens.append(.scalar(scalar))
            }
        }
        self.tokens = tokens
    }

    /// Whether a `[` stands for itself because no `]` closes it.
    package static func hasOpenSet(_ text: String) -> Bool {
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            if scalar == "[", takeSet(from: &scalars) == nil { return true }
        }
        return false
    }

    /// Whether whatever follows a match matches as well.
    package var endsInStar: Bool { tokens.last == .star }

    /// Whether it has a `/` that stands for itself.
    package var hasSlash: Bool { tokens.contains(.scalar("/")) }

    /// Whether it has no wildcard, so that it matches nothing but its own text.
    package var isLiteral: Bool { literals.count == tokens.count }

    /// What every match begins with, in UTF-8.
    package var literalStart: [UInt8] {
        var text = ""
        for scalar in literals { text.unicodeScalars.append(scalar) }
        return Array(text.utf8)
    }

    private var literals: [Unicode.Scalar] {
        var literals: [Unicode.Scalar] = []
        for case .scalar(let scalar) in tokens.prefix(while: { if case .scalar = $0 { true } else { false } }) {
            literals.append(scalar)
        }
        return literals
    }

    /// Whether the pattern matches the whole of `text`, which is UTF-8.
    package func matches(_ text: ArraySlice<UInt8>) -> Bool {
        var token = 0
        var index = text.startIndex
        var retry: (token: Int, index: Int)?
        while index < text.endIndex {
            if token < tokens.count {
                if tokens[token] == .star {
                    retry = (token, index)
                    token += 1
                    continue
                }
                let (scalar, length) = Self.scalar(in: text, at: index)
                if Self.matches(tokens[token], scalar) {
                    token += 1
                    index += length
                    continue
                }
            }
            guard let last = retry else { return false }
            let next = last.index + Self.scalar(in: text, at: last.index).1
            retry = (last.token, next)
            token = last.token + 1
            index = next
        }
        return tokens[token...].allSatisfy { $0 == .star }
    }

    private static func matches(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .star: false
        case .anyOne: true
        case .scalar(let wanted): wanted == scalar
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar.value) } != isNegated
        }
    }

    /// The scalar that starts at `index`, and how many bytes it has. `text` comes from a string, so it is well formed.
    private static func scalar(in text: ArraySlice<UInt8>, at index: Int) -> (Unicode.Scalar, Int) {
        let first = text[index]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        let end = min(index + length, text.endIndex)
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for byte in text[(index + 1)..<end] { value = value << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", end - index)
    }

    /// Takes a set whose `[` was taken already; nil, and nothing taken, when no `]` closes it.
    private static func takeSet(from scalars: inout ArraySlice<Unicode.Scalar>) -> Token? {
        var rest = scalars
        let isNegated = rest.first == "!"
        if isNegated { rest.removeFirst() }
        // A "]" right at the start belongs to the set.
        guard rest.count > 1, let close = rest.dropFirst().firstIndex(of: "]") else { return nil }
        var members = rest[..<close]
        scalars = rest[(close + 1)...]
        var ranges: [ClosedRange<UInt32>] = []
        while let low = members.popFirst() {
            if members.count >= 2, members.first == "-" {
                members.removeFirst()
                let high = members.removeFirst()
                if low.value <= high.value { ranges.append(low.value...high.value) }
            } else {
                ranges.append(low.value...low.value)
            }
        }
        return .set(ranges, isNegated: isNegated)
    }
}
