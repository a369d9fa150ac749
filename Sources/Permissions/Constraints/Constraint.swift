package import Model

/// A grant's constraint, read once for one type of objects and one user.
///
/// As NetBox's: null for all objects; an object whose look-ups must all hold (`{}`: all objects); a list of such objects
/// of which one must hold. An empty list holds for nothing: in NetBox it holds for everything, or for nothing when the
/// user has another grant. A null attribute meets only `isnull`. What is not known of a target meets nothing.
package struct Constraint: Sendable {
    /// Of which one must hold; the look-ups of each must all hold.
    private let alternatives: [[LookUp]]
    /// Whether it holds for every object.
    package let isAlwaysMet: Bool
    /// What of it cannot be read, so holds for nothing.
    package let faults: [ConstraintFault]

    /// Takes a constraint as it was stored. A part that cannot be read (any more) holds for nothing; the others stand.
    ///
    /// - Parameter user: what `$user` stands for.
    init(stored value: JSONValue, of type: ObjectType, user: UserID) {
        var (alternatives, faults): ([[LookUp]], [ConstraintFault]) = ([], [])
        if let fault = Self.faultInForm(of: value, on: type) { faults.append(fault) }
        for alternative in faults.isEmpty ? Self.alternatives(of: value) : [] {
            do {
                alternatives.append(try Self.lookUps(of: alternative, on: type, user: user))
            } catch {
                faults.append(error)
            }
        }
        if alternatives.joined().reduce(0, { $0 + $1.steps }) > Self.mostSteps {
            alternatives = []
            faults.append(
                ConstraintFault(
                    type: type, key: nil,
                    reason: "all regular expressions together have at most \(Self.mostSteps) steps"))
        }
        self.alternatives = alternatives
        self.faults = faults
        isAlwaysMet = alternatives.contains(where: \.isEmpty)
    }

    package func isMet(by target: Target) -> Bool {
        isAlwaysMet
            || alternatives.contains { lookUps in
                lookUps.allSatisfy { lookUp in
                    guard let value = target.attribute(lookUp.attribute) else { return false }
                    return lookUp.holds(for: value)
                }
            }
    }

    /// Checks a constraint that is about to be stored.
    ///
    /// - Throws: ``ConstraintFault``: the first key that is unknown or has a value that cannot be compared, for the
    ///   first type that it is wrong for.
    package static func check(_ value: JSONValue, for types: some Sequence<ObjectType>) throws(ConstraintFault) {
        for type in types {
            if let fault = Constraint(stored: value, of: type, user: UserID(0)).faults.first { throw fault }
        }
    }

    /// Of all regular expressions, so that a list of them holds up no listing either: at worst some 2 ms for a name.
    private static let mostSteps = 4_000
    /// Each is looked at for each object.
    private static let mostAlternatives = 1_000

    private static func faultInForm(of value: JSONValue, on type: ObjectType) -> ConstraintFault? {
        switch value {
        case .null, .object: nil
        case .array(let values) where values.count > mostAlternatives:
            ConstraintFault(type: type, key: nil, reason: "a list has at most \(mostAlternatives) objects")
        case .array(let values) where !values.isEmpty: nil
        case .array:
            ConstraintFault(type: type, key: nil, reason: "an empty list lets nothing through; give null for all")
        default:
            ConstraintFault(
                type: type, key: nil, reason: "must be null, an object or a list of objects, not \(value.kind)")
        }
    }

    private static func alternatives(of value: JSONValue) -> [JSONValue] {
        switch value {
        case .null: [[:]]
        case .array(let values): values
        default: [value]
        }
    }

    private static func lookUps(
        of alternative: JSONValue, on type: ObjectType, user: UserID
    ) throws(ConstraintFault) -> [LookUp] {
        guard case .object(let members) = alternative else {
            throw ConstraintFault(type: type, key: nil, reason: "a list must hold objects, not \(alternative.kind)")
        }
        var lookUps: [LookUp] = []
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            lookUps.append(try LookUp(key, value, on: type, user: user))
        }
        return lookUps
    }
}

/// What is wrong with a constraint that somebody wants to store.
package struct ConstraintFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let type: ObjectType
    /// Nil for the constraint as a whole.
    package let key: String?
    /// One clause in lower case.
    package let reason: String

    package var description: String {
        let key = key.map { " \"\(EscapedName($0))\"" } ?? "s"
        return "constraint\(key) on \(type.rawValue): \(reason)"
    }
}
