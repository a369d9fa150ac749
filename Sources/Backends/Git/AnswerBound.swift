internal import Model

/// How much a server may say in one part of an answer.
///
/// Generous: what goes beyond it was not meant to end.
struct AnswerBound {
    /// The server said more.
    struct Endless: Error { let clause: String }

    /// Such as `its capabilities`.
    private let part: String
    private let mostBytes: Int
    private let mostPackets: Int
    private var bytes = 0
    private var packets = 0

    /// What it can do: some hundred bytes in practice.
    static let capabilities = AnswerBound("capabilities", mostBytes: 1 << 20)
    /// The largest public repositories have some millions. A line has one name or two, of 4 KiB at most, and in the first
    /// one everything the server can do, if it does not speak version 2.
    static let refs = AnswerBound("refs", mostBytes: 512 << 20, mostPackets: 5_000_000)
    /// Besides, a line that names a ref.
    static let longestRefLine = 16 << 10
    /// What stands before a pack: a line for each commit that we said we have, or whose history is left out.
    static let preamble = AnswerBound("notes before the pack", mostBytes: 16 << 20)
    /// Asked for without; some servers talk all the same, but never so long without sending anything.
    static let progress = AnswerBound("words on its progress", mostBytes: 16 << 20)

    private init(_ part: String, mostBytes: Int, mostPackets: Int = .max) {
        self.part = part
        self.mostBytes = mostBytes
        self.mostPackets = mostPackets
    }

    /// Takes note of a packet with `count` bytes of payload.
    ///
    /// - Throws: ``Endless``.
    mutating func note(_ count: Int) throws(Endless) {
        bytes += count + 4
        packets += 1
        guard bytes <= mostBytes else { throw Endless(clause: "more than \(mostBytes >> 20) MiB of \(part)") }
        guard packets <= mostPackets else { throw Endless(clause: "more than \(mostPackets) \(part)") }
    }

    /// Begins anew, for something else came.
    mutating func reset() {
        bytes = 0
        packets = 0
    }
}

extension PacketDecoder.Packet {
    /// Bytes of payload.
    var count: Int { if case .data(let bytes) = self { bytes.count } else { 0 } }
}
