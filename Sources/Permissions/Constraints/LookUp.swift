import Model

/// One member of a constraint: `name__startswith: "lab-"`.
struct LookUp: Sendable {
    /// How an attribute is compared, by Django's names.
    enum Comparison: String, CaseIterable {
        case exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith
        case `in`, gt, gte, lt, lte, isnull, regex, iregex
    }

    let attribute: String
    /// The steps of its regular expression: what it may cost for each letter of a text.
    let steps: Int
    private let test: @Sendable (JSONValue) -> Bool

    /// Whether the look-up holds for a known value of the attribute; for a list, whether it does for one of its members.
    func holds(for value: JSONValue) -> Bool { test(value) }

    /// - Throws: ``ConstraintFault`` for an attribute that the type does not have, and for a value that the attribute
    ///   cannot be compared with.
    init(_ key: String, _ operand: JSONValue, on type: ObjectType, user: UserID) throws(ConstraintFault) {
        let declared = type.attributes
        var comparison = Comparison.exact
        var name = key
        if !declared.contains(where: { $0.name == name }), let mark = key.utf8Range(ofLast: "__") {
            name = String(key[..<mark.lowerBound])
            guard let named = Comparison(rawValue: String(key[mark.upperBound...])) else {
                throw Self.unknown(key, on: type)
            }
            comparison = named
        }
        guard let attribute = declared.first(where: { $0.name == name }) else { throw Self.unknown(key, on: type) }
        self.attribute = name
        do {
            test = try Self.test(comparison, Self.replaceUser(in: operand, with: user), attribute.kind)
            steps = try Self.steps(comparison, operand)
        } catch {
            throw ConstraintFault(type: type, key: key, reason: error.reason)
        }
    }

    private static func steps(_ comparison: Comparison, _ operand: JSONValue) throws(OperandFault) -> Int {
        guard comparison == .regex || comparison == .iregex, case .string(let text) = operand else { return 0 }
        return try TextExpression(text, ignoresCase: false).mostSteps(in: "")
    }

    private static func unknown(_ key: String, on type: ObjectType) -> ConstraintFault {
        let comparisons = Comparison.allCases.map(\.rawValue).joined(separator: ", ")
        return ConstraintFault(
            type: type, key: key,
            reason: "there is no such attribute; there are \(type.attributes.map(\.name).joined(separator: ", ")), "
                + "alone or followed by \"__\" and one of \(comparisons)")
    }

    /// As in NetBox, `$user` stands for the number of the user, in lists too.
    private static func replaceUser(in operand: JSONValue, with user: UserID) -> JSONValue {
        switch operand {
        case "$user": .integer(user.number)
        case .array(let values): .array(values.map { replaceUser(in: $0, with: user) })
        default: operand
        }
    }
}

extension String {
    fileprivate func utf8Range(ofLast mark: String) -> Range<Index>? { ranges(of: mark).last }
}
