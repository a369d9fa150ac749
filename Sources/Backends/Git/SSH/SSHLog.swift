internal import Model

/// What `ssh` says about its way, as it says it.
///
/// Words of ours that a server repeats in its greeting could mislead who reads a message; nothing is decided by them.
struct SSHLog {
    /// A stage of the way, and when it was reached.
    enum Stage: Equatable {
        /// The host's name has this address.
        case resolved(String)
        case connected
        /// The host, as it was asked for, with its port.
        case greeted(String)
        case presented(type: String, fingerprint: String)
        /// The key is a known one.
        case trusted
        case admitted
    }

    private(set) var stages: [(stage: Stage, at: ContinuousClock.Instant)] = []
    /// All else that was said, by ssh and by the server's command.
    private(set) var remarks: [String] = []
    private var line: [UInt8] = []
    private var size = 0

    /// More than this is not kept.
    private static let longest = 1 << 18

    mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { endLine() } else { line.append(byte) }
        }
        if line.count > 8_192 { endLine() }
    }

    /// Takes what stands without a line end for a line.
    mutating func endLine() {
        guard !line.isEmpty else { return }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        size += text.utf8.count
        guard size < Self.longest else { return }
        if let stage = Self.stage(text) {
            stages.append((stage, .now))
        } else if !Self.chatter.contains(where: { text.hasPrefix($0) }) {
            remarks.append(text)
        }
    }

    private static let chatter = ["debug1: ", "Transferred: sent ", "Bytes per second: sent "]

    /// - Source: OpenSSH 9.2, sshconnect.c and sshconnect2.c.
    private static func stage(_ text: String) -> Stage? {
        if let words = words(text, after: "debug1: Connecting to "), words.count >= 2 {
            return .resolved(words[1].filter { !"[]".contains($0) })
        }
        if text.hasPrefix("debug1: Connection established.") { return .connected }
        if let words = words(text, after: "debug1: Authenticating to "), let host = words.first {
            return .greeted(host)
        }
        if let words = words(text, after: "debug1: Server host key: "), words.count >= 2 {
            return .presented(type: words[0], fingerprint: words[1])
        }
        if text.hasPrefix("debug1: Host '"), text.contains(" is known and matches ") { return .trusted }
        return text.hasPrefix("Authenticated to ") ? .admitted : nil
    }

    private static func words(_ text: String, after prefix: String) -> [String]? {
        text.hasPrefix(prefix) ? text.dropFirst(prefix.count).split(separator: " ").map(String.init) : nil
    }

    /// The host key that was presented last, and by whom.
    var presented: (host: String?, type: String, fingerprint: String)? {
        var host: String?
        var found: (String?, String, String)?
        for (stage, _) in stages {
            switch stage {
            case .greeted(let name): host = name
            case .presented(let type, let fingerprint): found = (host, type, fingerprint)
            default: break
            }
        }
        return found
    }

    /// How many hops have let us in.
    var admissions: Int { stages.count { $0.stage == .admitted } }

    func remark(containing part: String) -> String? { remarks.first { $0.contains(part) } }
}
