import Fixtures

/// Makes new inputs of given ones, the same for the same seed: cuts, copies, swaps, splices, and repeats pieces of them
/// until they are long, which is what time or memory in the square of the length shows at.
struct Mutator {
    private let inputs: [[UInt8]]
    private let words: [[UInt8]]
    private var random: SeededRandom

    private static let longest = 64 << 10

    init(_ inputs: [[UInt8]], words: [String], seed: UInt64) {
        self.inputs = inputs.isEmpty ? [[]] : inputs
        self.words =
            words.map { Array($0.utf8) }
            + ["", "0", "-1", "9223372036854775807", "\u{0}", "\u{301}"].map { Array($0.utf8) }
        random = SeededRandom(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var bytes = inputs.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &random) { change(&bytes) }
        return Array(bytes.prefix(Self.longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let piece = range(in: bytes)
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where !bytes.isEmpty: bytes[place(in: bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where !bytes.isEmpty: bytes[place(in: bytes)] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(piece)
        case 3: bytes.insert(contentsOf: bytes[piece], at: Int.random(in: 0...bytes.count, using: &random))
        case 4: bytes.removeSubrange(piece.upperBound...)
        case 5:
            let other = inputs.randomElement(using: &random) ?? []
            bytes.replaceSubrange(piece, with: other[range(in: other)])
        case 6:
            let most = min(Self.longest / max(1, piece.count), 20_000)
            let times = Int.random(in: 2...max(2, most), using: &random)
            bytes.replaceSubrange(piece, with: (0..<times).flatMap { _ in bytes[piece] })
        case 7: bytes.replaceSubrange(piece, with: words.randomElement(using: &random) ?? [])
        default:
            let word = words.randomElement(using: &random) ?? []
            bytes.insert(contentsOf: word, at: Int.random(in: 0...bytes.count, using: &random))
        }
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: bytes.indices, using: &random) }

    /// Short ones as often as long ones.
    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let left = bytes.count - start
        let most = Bool.random(using: &random) ? min(left, 8) : left
        return start..<(start + Int.random(in: 0...most, using: &random))
    }
}
