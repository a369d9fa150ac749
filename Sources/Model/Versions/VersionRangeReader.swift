/// Reads one alternative of a range: words that must all hold, or two partial versions with ` - ` between them.
enum VersionRangeReader {
    typealias Comparator = VersionRange.Comparator
    typealias Fault = VersionRange.Fault

    static func comparators(_ text: Substring) throws(Fault) -> [Comparator] {
        let words = text.split { $0 == " " || $0 == "\t" }
        if words.count == 3, words[1] == "-" { return try hyphen(words[0], words[2]) }
        var comparators: [Comparator] = []
        var index = words.startIndex
        while index < words.endIndex {
            var word = words[index]
            index += 1
            // An operator may stand apart from its version.
            if Self.operators.contains(String(word)), index < words.endIndex {
                word += words[index]
                index += 1
            }
            comparators += try read(word)
        }
        // Nothing at all is every release.
        return comparators.isEmpty ? [PartialVersion.anything] : comparators
    }

    /// Longest first, so that the first one found is meant.
    private static let operators = ["~>", ">=", "<=", ">", "<", "=", "~", "^"]

    private static func read(_ word: Substring) throws(Fault) -> [Comparator] {
        let sign = operators.first { word.hasPrefix($0) } ?? ""
        let partial = try PartialVersion(word.dropFirst(sign.count), in: word)
        switch sign {
        case "^": return partial.caret
        case "~", "~>": return partial.tilde
        case ">": return [partial.above]
        case ">=": return [partial.lowest]
        case "<": return [partial.below]
        case "<=": return [partial.highest]
        default: return partial.same
        }
    }

    private static func hyphen(_ from: Substring, _ to: Substring) throws(Fault) -> [Comparator] {
        [try PartialVersion(from, in: from).lowest, try PartialVersion(to, in: to).highest]
    }
}

/// A version of which parts may be left open: `1`, `1.x`, `1.2.*`, `1.2.3-rc.1`, with or without a `v` in front.
struct PartialVersion {
    typealias Comparator = VersionRange.Comparator

    /// The numbers before the first that is left open: 0...3 of them.
    private let numbers: [UInt64]
    private let preRelease: [SemanticVersion.Identifier]

    /// Larger numbers could not be counted up.
    private static let largest = UInt64(1) << 53

    /// - Parameter word: what a fault names.
    init(_ text: Substring, in word: Substring) throws(VersionRange.Fault) {
        let fault = VersionRange.Fault(
            clause: "\"\(EscapedName(String(word)))\" is no version: write 1.2.3, 1.2.x, ^1.4, ~1.2.3 or >=1.2 <2")
        let bare = text.hasPrefix("v") ? text.dropFirst() : text
        let parts = bare.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard let version = parts.first, !version.isEmpty else { throw fault }
        if parts.count == 2, SemanticVersion.identifiers(parts[1], areBuild: true) == nil { throw fault }
        let halves = version.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let components = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard components.count <= 3 else { throw fault }
        var numbers: [UInt64] = []
        var isOpen = false
        for component in components {
            if ["x", "X", "*"].contains(component) {
                isOpen = true
                continue
            }
            guard let number = SemanticVersion.number(in: component), number < Self.largest else { throw fault }
            // As npm does: what follows a part that is left open is open too.
            if !isOpen { numbers.append(number) }
        }
        if halves.count == 2 || parts.count == 2, numbers.count < 3 { throw fault }
        var preRelease: [SemanticVersion.Identifier]? = []
        if halves.count == 2 { preRelease = SemanticVersion.identifiers(halves[1], areBuild: false) }
        guard let preRelease else { throw fault }
        self.numbers = numbers
        self.preRelease = preRelease
    }

    static let anything = Comparator(relation: .atLeast, version: SemanticVersion(0, 0, 0))
    /// No version is below it.
    private static let nothing = Comparator(relation: .less, version: floor(0, 0, 0))

    /// The lowest version that the parts allow.
    private var start: SemanticVersion {
        let padded = numbers + [0, 0, 0]
        return SemanticVersion(padded[0], padded[1], padded[2], preRelease: preRelease)
    }

    /// Below the first version in which the number at `index` is one more; nil to leave no bound.
    private func belowNext(_ index: Int) -> Comparator {
        var next = Array((numbers + [0, 0, 0]).prefix(index + 1))
        next[index] += 1
        next += [0, 0]
        return Comparator(relation: .less, version: Self.floor(next[0], next[1], next[2]))
    }

    /// Before every pre-release of a version.
    private static func floor(_ major: UInt64, _ minor: UInt64, _ patch: UInt64) -> SemanticVersion {
        SemanticVersion(major, minor, patch, preRelease: [.number("0")])
    }

    /// `1.2.3` itself; of `1.2` or `1.2.x` all that begin so.
    var same: [Comparator] {
        switch numbers.count {
        case 0: [Self.anything]
        case 3: [Comparator(relation: .equal, version: start)]
        default: [lowest, belowNext(numbers.count - 1)]
        }
    }

    /// `~1.2.3`: the minor stays; of `~1` the major.
    var tilde: [Comparator] {
        numbers.isEmpty ? [Self.anything] : [lowest, belowNext(min(1, numbers.count - 1))]
    }

    /// `^1.2.3`: the first number that is not 0 stays.
    var caret: [Comparator] {
        guard !numbers.isEmpty else { return [Self.anything] }
        let fixed = numbers.firstIndex { $0 > 0 } ?? numbers.count - 1
        return [lowest, belowNext(fixed)]
    }

    /// `>=`
    var lowest: Comparator { Comparator(relation: .atLeast, version: start) }

    /// `>`: of `>1` from 2 on.
    var above: Comparator {
        switch numbers.count {
        case 0: return Self.nothing
        case 3: return Comparator(relation: .greater, version: start)
        default:
            var next = numbers
            next[next.count - 1] += 1
            next += [0, 0]
            return Comparator(relation: .atLeast, version: SemanticVersion(next[0], next[1], next[2]))
        }
    }

    /// `<`: of `<1` not its pre-releases either.
    var below: Comparator {
        switch numbers.count {
        case 0: Self.nothing
        case 3: Comparator(relation: .less, version: start)
        default: Comparator(relation: .less, version: Self.floor(start.major, start.minor, start.patch))
        }
    }

    /// `<=`: of `<=1` all that begin so.
    var highest: Comparator {
        switch numbers.count {
        case 0: Self.anything
        case 3: Comparator(relation: .atMost, version: start)
        default: belowNext(numbers.count - 1)
        }
    }
}
