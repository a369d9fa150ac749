/// A version by Semantic Versioning 2.0.0, such as `1.2.3` or `1.2.3-rc.1+build.5`.
///
/// Compared by precedence: build metadata is checked, and then plays no part in order, equality or hash.
/// Source: semver.org, version 2.0.0. Numbers beyond 64 bits are no versions here.
package struct SemanticVersion: Sendable, Hashable {
    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    /// Empty for a release.
    package let preRelease: [Identifier]

    /// One part of a pre-release.
    package enum Identifier: Sendable, Hashable {
        /// Digits, without a zero in front; of any length.
        case number(String)
        case text(String)
    }

    /// A release.
    package init(_ major: UInt64, _ minor: UInt64, _ patch: UInt64, preRelease: [Identifier] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    /// Reads `text`; nil for whatever is no version to the letter: `v1.2.3`, `1.2` and `01.2.3` are none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, Self.identifiers(parts[1], areBuild: true) == nil { return nil }
        let halves = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false).map { Self.number(in: $0) }
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        var preRelease: [Identifier] = []
        if halves.count == 2 {
            guard let read = Self.identifiers(halves[1], areBuild: false) else { return nil }
            preRelease = read
        }
        self.init(major, minor, patch, preRelease: preRelease)
    }

    package var isPreRelease: Bool { !preRelease.isEmpty }

    /// Whether the three numbers are the same.
    package func hasNumbers(of other: SemanticVersion) -> Bool {
        (major, minor, patch) == (other.major, other.minor, other.patch)
    }

    /// A number without a zero in front, or nil.
    static func number(in text: some StringProtocol) -> UInt64? {
        guard isNumber(text.utf8) else { return nil }
        return UInt64(text)
    }

    /// Identifiers between dots; nil when one of them is not legal.
    static func identifiers(_ text: some StringProtocol, areBuild: Bool) -> [Identifier]? {
        var identifiers: [Identifier] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.utf8.allSatisfy(isLegal) else { return nil }
            let isDigits = part.utf8.allSatisfy(\.isDigit)
            if isDigits, !areBuild, !isNumber(part.utf8) { return nil }
            identifiers.append(isDigits ? .number(String(part)) : .text(String(part)))
        }
        return identifiers
    }

    private static func isNumber(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy(\.isDigit) && (text.count == 1 || text.first != UInt8(ascii: "0"))
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.isLetter || byte == UInt8(ascii: "-")
    }
}

/// By precedence: numbers numerically, a pre-release before its release.
/// Source: semver.org, 11.
extension SemanticVersion: Comparable {
    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        guard left.hasNumbers(of: right) else {
            return (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
        if left.preRelease.isEmpty || right.preRelease.isEmpty { return left.isPreRelease && !right.isPreRelease }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease)
    }
}

extension SemanticVersion.Identifier: Comparable {
    /// Numbers numerically and before texts; texts by their ASCII bytes.
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            left.utf8.count != right.utf8.count
                ? left.utf8.count < right.utf8.count : left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number, .text): true
        case (.text, .number): false
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}

extension SemanticVersion: CustomStringConvertible {
    /// Without build metadata.
    package var description: String {
        let numbers = "\(major).\(minor).\(patch)"
        guard isPreRelease else { return numbers }
        return numbers + "-"
            + preRelease.map { identifier in
                switch identifier {
                case .number(let text), .text(let text): text
                }
            }.joined(separator: ".")
    }
}
