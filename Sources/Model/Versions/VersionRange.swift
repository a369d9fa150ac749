/// Which versions are wanted, in npm's notation: `1.2.x`, `^1.4`, `~1.2.3`, `>=1.2 <2`, `1.2 - 1.4`, `1.x || 3.x`, `*`.
///
/// A pre-release matches only where the range itself names a pre-release of the same major, minor and patch.
/// Source: the "Ranges" section of node-semver, npm's implementation.
package struct VersionRange: Sendable, Hashable {
    /// Met when all of one of them are.
    private let alternatives: [[Comparator]]

    struct Comparator: Sendable, Hashable {
        enum Relation: Sendable { case less, atMost, equal, atLeast, greater }

        let relation: Relation
        let version: SemanticVersion

        func matches(_ other: SemanticVersion) -> Bool {
            switch relation {
            case .less: other < version
            case .atMost: other <= version
            case .equal: other == version
            case .atLeast: other >= version
            case .greater: other > version
            }
        }
    }

    /// Why a text is no range: a clause in lower case.
    package struct Fault: Error, Equatable {
        package let clause: String
    }

    /// - Throws: ``Fault``, which names the part that makes no sense.
    package init(_ text: String) throws(Fault) {
        var alternatives: [[Comparator]] = []
        for alternative in Self.alternatives(of: text) {
            alternatives.append(try VersionRangeReader.comparators(alternative))
        }
        self.alternatives = alternatives
    }

    /// Whether `version` is wanted.
    package func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { comparators in
            guard comparators.allSatisfy({ $0.matches(version) }) else { return false }
            guard version.isPreRelease else { return true }
            return comparators.contains { $0.version.isPreRelease && $0.version.hasNumbers(of: version) }
        }
    }

    /// The texts between `||`.
    package static func alternatives(of text: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = text[...]
        while let mark = rest.firstRange(of: "||") {
            parts.append(rest[..<mark.lowerBound])
            rest = rest[mark.upperBound...]
        }
        return parts + [rest]
    }
}
