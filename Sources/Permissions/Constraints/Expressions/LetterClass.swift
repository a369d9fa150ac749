/// A set of letters: `[a-z_]`, `[^[:alpha:]]`, `\d`.
struct LetterClass: Sendable {
    /// In ascending order, apart from each other.
    private let ranges: [ClosedRange<UInt32>]
    private let kinds: LetterKinds
    /// A letter that is none of one of these belongs here too: `\D`, `\W`, `\S`.
    private let lacking: Set<LetterKinds>
    private let isNegated: Bool
    /// For the 128 letters of ASCII, whether they belong here.
    private var ascii: (low: UInt64, high: UInt64) = (0, 0)

    init(
        ranges: [ClosedRange<UInt32>] = [], kinds: LetterKinds = [], lacking: Set<LetterKinds> = [],
        isNegated: Bool = false, ignoringCase: Bool
    ) {
        self.ranges = Self.merged(ranges)
        // As in PostgreSQL: a letter without case is neither.
        let hasCase = ignoringCase && !kinds.isDisjoint(with: [.lower, .upper])
        self.kinds = hasCase ? kinds.union([.lower, .upper]) : kinds
        self.lacking = lacking
        self.isNegated = isNegated
        for value in UInt8(0)..<128 where decide(Letter(Unicode.Scalar(value), ignoringCase: ignoringCase)) {
            if value < 64 { ascii.low |= 1 << UInt64(value) } else { ascii.high |= 1 << UInt64(value - 64) }
        }
    }

    func contains(_ letter: Letter) -> Bool {
        switch letter.value {
        case ..<64: ascii.low >> UInt64(letter.value) & 1 == 1
        case ..<128: ascii.high >> UInt64(letter.value - 64) & 1 == 1
        default: decide(letter)
        }
    }

    private func decide(_ letter: Letter) -> Bool {
        let belongs =
            !kinds.isDisjoint(with: letter.kinds) || lacking.contains { $0.isDisjoint(with: letter.kinds) }
            || isInRange(letter.value)
            || letter.upper != letter.value && isInRange(letter.upper)
            || letter.lower != letter.value && isInRange(letter.lower)
            || letter.folded != letter.value && isInRange(letter.folded)
        return belongs != isNegated
    }

    private func isInRange(_ value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
