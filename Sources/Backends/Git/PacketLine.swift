internal import Model

/// One packet of git's wire format: four hexadecimal digits of length, then the payload.
/// - Source: gitprotocol-common(5), "pkt-line Format".
enum PacketLine {
    /// A payload ends at this size, whoever sends it.
    static let longestPayload = 65_516

    static let flush = Array("0000".utf8)
    static let delimiter = Array("0001".utf8)

    /// `text` and a line feed as one packet.
    static func encode(_ text: String) -> [UInt8] { encode(exactly: text + "\n") }

    /// `text` as one packet. Traps when it is longer than ``longestPayload``: whoever takes text from outside limits it.
    static func encode(exactly text: String) -> [UInt8] {
        precondition(text.utf8.count <= longestPayload, "a packet for the server is too long")
        let digits = String(text.utf8.count + 4, radix: 16)
        return Array((String(repeating: "0", count: 4 - digits.utf8.count) + digits + text).utf8)
    }
}

/// Cuts a stream into packets, whatever the pieces it arrives in; holds one packet at most.
struct PacketDecoder {
    enum Packet {
        case flush, delimiter, responseEnd
        case data(UnsafeRawBufferPointer)
    }

    /// The stream is not made of packets.
    struct Malformed: Error {}

    private var pending: [UInt8] = []

    /// True when the stream so far ended with a whole packet.
    var isBetweenPackets: Bool { pending.isEmpty }

    mutating func feed(_ piece: UnsafeRawBufferPointer, _ take: (Packet) throws -> Void) throws {
        var rest = piece[...]
        while !rest.isEmpty {
            if pending.isEmpty, rest.count >= 4 {
                let whole = UnsafeRawBufferPointer(rebasing: rest)
                let length = try Self.length(whole)
                if length <= whole.count {
                    try take(Self.packet(UnsafeRawBufferPointer(rebasing: whole[..<max(length, 4)])))
                    rest = rest.dropFirst(max(length, 4))
                    continue
                }
            }
            try fill(from: &rest, take)
        }
    }

    /// Completes the packet that an earlier piece began.
    private mutating func fill(
        from rest: inout Slice<UnsafeRawBufferPointer>, _ take: (Packet) throws -> Void
    ) throws {
        let wanted = try pending.count < 4 ? 4 : max(4, pending.withUnsafeBytes { try Self.length($0) })
        let missing = rest.prefix(wanted - pending.count)
        pending.append(contentsOf: missing)
        rest = rest.dropFirst(missing.count)
        guard pending.count >= 4 else { return }
        let length = try pending.withUnsafeBytes { try Self.length($0) }
        guard pending.count >= length else { return }
        try pending.withUnsafeBytes { try take(Self.packet($0)) }
        pending.removeAll(keepingCapacity: true)
    }

    /// With its own four digits; 0, 1 or 2 for the packets that have no payload.
    private static func length(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        var length = 0
        for digit in bytes[..<4] {
            guard let value = Hexadecimal.value(of: digit).map(Int.init) else { throw Malformed() }
            length = length << 4 | value
        }
        guard length != 3, length <= PacketLine.longestPayload + 4 else { throw Malformed() }
        return length
    }

    private static func packet(_ bytes: UnsafeRawBufferPointer) throws -> Packet {
        switch try length(bytes) {
        case 0: .flush
        case 1: .delimiter
        case 2: .responseEnd
        default: .data(UnsafeRawBufferPointer(rebasing: bytes[4...]))
        }
    }
}
