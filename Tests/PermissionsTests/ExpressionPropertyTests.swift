import Testing

@testable import Permissions

/// Beside another program's idea of what an expression means.
@Suite struct ExpressionProperties {
    @Test(arguments: [false, true], UInt64(1)...4)
    func `small expressions find what Swift's own find`(ignoresCase: Bool, seed: UInt64) throws {
        var random = Sequence(seed: seed)
        var found = 0
        for _ in 0..<750 {
            let pattern = Self.pattern(depth: 3, &random)
            let expression = try TextExpression(pattern, ignoresCase: ignoresCase)
            let other = try Regex(Self.swift(pattern)).matchingSemantics(.unicodeScalar).wordBoundaryKind(.simple)
                .dotMatchesNewlines().ignoresCase(ignoresCase)
            for _ in 0..<4 {
                let text = Self.text(for: pattern, &random)
                let isFound = try other.firstMatch(in: text) != nil
                #expect(
                    expression.finds(in: text) == isFound,
                    "\(pattern.debugDescription) in \(text.debugDescription)")
                found += isFound ? 1 : 0
            }
        }
        // Otherwise the comparison says nothing.
        #expect((300...2_700).contains(found))
    }

    private static func pattern(depth: Int, _ random: inout Sequence) -> String {
        let atoms = [
            "a", "b", "A", "1", "é", "-", " ", ".", "^", "$", "\\b", "\\B", "\\d", "\\w", "\\W", "\\s", "[ab]", "[^a]",
            "[a-z1]", "[^\\s_]", "[A-Z-]", "\\.", "_",
        ]
        let counts = ["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{1,3}?"]
        guard depth > 0 else { return atoms.randomElement(using: &random) ?? "" }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: return atoms.randomElement(using: &random) ?? ""
        case 3...5: return pattern(depth: depth - 1, &random) + pattern(depth: depth - 1, &random)
        case 6: return "(\(pattern(depth: depth - 1, &random))|\(pattern(depth: depth - 1, &random)))"
        case 7: return "(?:\(pattern(depth: depth - 1, &random)))"
        default: return "(\(pattern(depth: depth - 1, &random)))" + (counts.randomElement(using: &random) ?? "")
        }
    }

    /// Swift's `$` stands before a line's end at the text's end too.
    private static func swift(_ pattern: String) -> String { pattern.replacing("$", with: "\\z") }

    private static func text(for pattern: String, _ random: inout Sequence) -> String {
        // By scalars, Swift's own take a digit for no part of a word where they look for a word's edge.
        let digit: Character = pattern.lowercased().contains("\\b") ? "b" : "1"
        let letters: [Character] = ["a", "a", "b", "B", "A", digit, "é", "É", "-", " ", "_", ".", "\n"]
        return String(
            (0..<Int.random(in: 0...7, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
    }

    /// The same numbers for the same seed.
    ///
    /// - Source: S. Vigna's SplitMix64.
    private struct Sequence: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }
}
