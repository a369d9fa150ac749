/// The answer to a fetch, of any version: what comes before the pack is skipped, the pack is written.
/// - Source: gitprotocol-v2(5), "fetch"; gitprotocol-pack(5), "Packfile Data".
struct FetchAnswer: PacketConsumer {
    private let writer: PackWriter
    private let hasSections: Bool
    private var isInPack: Bool
    private(set) var isComplete = false
    private var preamble = AnswerBound.preamble
    /// Of what came since the pack last got further.
    private var progress = AnswerBound.progress

    /// - Parameter version: of the protocol; from 2 on, a line announces the pack.
    init(version: Int, into writer: PackWriter) {
        self.writer = writer
        hasSections = version == 2
        isInPack = false
    }

    mutating func take(_ packet: PacketDecoder.Packet) throws {
        if isInPack { try progress.note(packet.count) } else { try preamble.note(packet.count) }
        guard case .data(let bytes) = packet, let first = bytes.first else {
            if isInPack { isComplete = true }
            return
        }
        if !hasSections, first <= 3 { isInPack = true }
        guard isInPack else {
            if let said = ServerSaid(packet: bytes) { throw said }
            if hasSections, bytes.elementsEqual("packfile\n".utf8) { isInPack = true }
            return
        }
        // Side bands: 1 is the pack, 2 is chatter, 3 is the server's last word.
        switch first {
        case 1:
            if bytes.count > 1 { progress.reset() }
            try writer.append(UnsafeRawBufferPointer(rebasing: bytes[1...]))
        case 2: break
        case 3: throw ServerSaid(bytes[1...])
        default: throw PacketDecoder.Malformed()
        }
    }
}
