import Synchronization

/// A regular expression that is looked for anywhere in a text, as Django's `regex` does.
///
/// A class with a lock, because a compiled `Regex` may be used by one thread at a time only.
final class TextExpression: Sendable {
    private let expression: Mutex<Regex<AnyRegexOutput>>

    /// Long enough for any list of names.
    private static let longestPattern = 1_000

    /// - Throws: ``OperandFault`` when `pattern` is no regular expression.
    init(_ pattern: String, ignoresCase: Bool) throws(OperandFault) {
        guard pattern.utf8.count <= Self.longestPattern else {
            throw OperandFault(reason: "a regular expression has at most \(Self.longestPattern) bytes")
        }
        do {
            let expression = try Regex(pattern).matchingSemantics(.unicodeScalar).ignoresCase(ignoresCase)
            self.expression = Mutex(expression)
        } catch {
            throw OperandFault(reason: "is no regular expression")
        }
    }

    func finds(in text: String) -> Bool {
        // An expression that fails while it runs has found nothing.
        expression.withLock { (try? $0.firstMatch(in: text)) != nil }
    }
}
