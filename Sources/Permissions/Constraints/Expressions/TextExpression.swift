/// A regular expression that is looked for anywhere in a text, as Django's `regex` does on PostgreSQL.
///
/// Searching takes time in proportion to the text, whatever the expression: what cannot be found so (back references,
/// looking ahead or behind) is refused. Texts are compared by Unicode scalars; `.` stands for a line's end too, `^` and
/// `$` for the whole text's beginning and end.
///
/// - Source: PostgreSQL's manual, "POSIX Regular Expressions", advanced expressions. Other than there, `\b` and `\B` are
///   a word's boundary (`\y`, `\Y`), as Django's users know them, and not a backspace and a backslash.
struct TextExpression: Sendable {
    private let program: ExpressionProgram

    /// Long enough for any list of names.
    static let longestPattern = 1_000

    /// - Throws: ``OperandFault`` when `pattern` is no regular expression, or one that could take long.
    init(_ pattern: String, ignoresCase: Bool) throws(OperandFault) {
        guard pattern.utf8.count <= Self.longestPattern else {
            throw OperandFault(reason: "a regular expression has at most \(Self.longestPattern) bytes")
        }
        var reader = ExpressionReader(pattern, ignoresCase: ignoresCase)
        do {
            program = ExpressionProgram(try reader.read(), ignoresCase: reader.ignoresCase)
        } catch {
            throw OperandFault(reason: "is no regular expression that is understood here: \(error.reason)")
        }
    }

    func finds(in text: String) -> Bool { search(text).isFound }

    /// - Returns: also how many steps it took: at most ``mostSteps(in:)``.
    func search(_ text: String) -> (isFound: Bool, steps: Int) {
        var search = ExpressionSearch(program)
        let isFound = search.finds(in: text)
        return (isFound, search.steps)
    }

    /// What a search of a text costs at most.
    func mostSteps(in text: String) -> Int { program.steps.count * (text.unicodeScalars.count + 1) }
}
