internal import Model

/// Finds where an answer in packets ends, reading no more than their lengths.
struct FlushFinder {
    /// The digits of a packet's length that have come so far.
    private var digits: [UInt8] = []
    /// Bytes of the present packet that are still to come.
    private var rest = 0

    /// Whether the flush packet, which ends the answer, is in the stream up to and including `piece`. What is not made of
    /// packets is over as well: whoever reads the content will say so.
    mutating func isOver(after piece: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while position < piece.count {
            if rest > 0 {
                let step = min(rest, piece.count - position)
                rest -= step
                position += step
                continue
            }
            digits.append(piece[position])
            position += 1
            guard digits.count == 4 else { continue }
            var length = 0
            for digit in digits {
                guard let value = Hexadecimal.value(of: digit) else { return true }
                length = length << 4 | Int(value)
            }
            if length == 0 { return true }
            digits.removeAll(keepingCapacity: true)
            rest = max(length - 4, 0)
        }
        return false
    }
}
