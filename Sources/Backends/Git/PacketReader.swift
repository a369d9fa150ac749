internal import Model

/// Makes something of an answer's packets.
protocol PacketConsumer {
    mutating func take(_ packet: PacketDecoder.Packet) throws

    /// Whether the answer came to its proper end.
    var isComplete: Bool { get }
}

/// Feeds a transfer's pieces to a consumer.
///
/// `@unchecked Sendable`: the transfer's thread alone uses it until the transfer has ended, its starter after that.
final class PacketReader<Consumer: PacketConsumer>: @unchecked Sendable {
    private var consumer: Consumer
    private var decoder = PacketDecoder()
    private var isEmpty = true
    /// The beginning of the answer, as long as none of it was in the protocol: often a person's words about why.
    private var opening: [UInt8]? = []
    private let doing: String

    /// - Parameter doing: as in `cannot DOING: ...`.
    init(_ consumer: Consumer, doing: String) {
        self.consumer = consumer
        self.doing = doing
    }

    func receive(_ piece: UnsafeRawBufferPointer) throws {
        isEmpty = false
        do {
            if let soFar = opening?.count { opening?.append(contentsOf: piece.prefix(Self.longestQuote - soFar)) }
            try decoder.feed(piece) { packet in
                try consumer.take(packet)
                opening = nil
            }
        } catch is PacketDecoder.Malformed {
            throw GitFailure(
                .malformed, "cannot \(doing): the server's answer is not in git's protocol\(quotation)",
                advice: "check that the URL is a repository's, and that no proxy answers in the server's place")
        } catch let endless as AnswerBound.Endless {
            throw GitFailure(
                .malformed, "cannot \(doing): the server's answer has no end: it sends \(endless.clause)",
                advice: "have the server looked after, or use another one: none in good order says so much")
        } catch let said as ServerSaid {
            throw GitFailure(
                said.isAboutAbsence ? .notFound : .unavailable, "cannot \(doing): the server says \"\(said.text)\"",
                advice: said.isAboutAbsence
                    ? "check the path in the URL, and that the server exports the repository: `git daemon` wants a file "
                        + "git-daemon-export-ok in it, or --export-all" : nil)
        }
    }

    private var quotation: String {
        // Not what is no text.
        guard let opening, !opening.isEmpty, opening.allSatisfy({ $0 >= 0x20 || [9, 10, 13, 27].contains($0) }) else {
            return ""
        }
        let words = opening.split { $0 == 10 || $0 == 13 }.map { EscapedName(bytes: $0).description }
        return ": it begins with \"\(words.joined(separator: "; "))\""
    }

    private static var longestQuote: Int { 200 }

    /// The consumer, once the answer has been read.
    func finish() throws(GitFailure) -> Consumer {
        if isEmpty { throw GitFailure(.malformed, "cannot \(doing): the server's answer is empty") }
        guard decoder.isBetweenPackets, consumer.isComplete else {
            let error = BackendError(
                .connection, "cannot \(doing): the server's answer ends in the middle", retry: .soon)
            throw GitFailure(error, retry: .soon)
        }
        return consumer
    }
}

/// The server's own word for why it does not do what it was asked.
struct ServerSaid: Error {
    let text: EscapedName

    init(_ bytes: some Collection<UInt8>) {
        text = EscapedName(bytes: bytes.filter { $0 != 10 && $0 != 13 })
    }

    /// Whether the repository is not there, or is not to be seen, in the words of `git daemon`.
    var isAboutAbsence: Bool {
        ["access denied or repository not exported", "repository not exported", "no such repository"].contains {
            text.description.contains($0)
        }
    }

    /// The complaint in an `ERR` packet, or nil for any other.
    init?(packet: UnsafeRawBufferPointer) {
        guard packet.starts(with: "ERR ".utf8) else { return nil }
        self.init(packet.dropFirst(4))
    }
}
