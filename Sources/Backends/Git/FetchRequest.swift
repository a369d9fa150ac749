/// Which objects are asked for.
struct FetchRequest: Sendable {
    enum Subject: Sendable {
        /// A commit, or a tag and its commit, with its trees; with its blobs too where the server cannot leave them out. No history, if it can
        /// be left out.
        case commit(ObjectID, known: [ObjectID])
        /// Exactly these, which have no parts of their own.
        case objects([ObjectID])
    }

    let subject: Subject

    /// The request in the words of `server`.
    func encoded(for server: ServerCapabilities) -> [UInt8] {
        server.version == 2 ? encodedV2(server) : encodedV0(server)
    }

    /// - Source: gitprotocol-v2(5), "fetch".
    private func encodedV2(_ server: ServerCapabilities) -> [UInt8] {
        var bytes = PacketLine.encode("command=fetch") + PacketLine.encode("agent=sluice")
        if server.has("object-format") { bytes += PacketLine.encode("object-format=sha1") }
        bytes += PacketLine.delimiter
        for line in ["ofs-delta", "no-progress"] { bytes += PacketLine.encode(line) }
        bytes += depth(server)
        if isFiltered(server) { bytes += PacketLine.encode("filter blob:none") }
        for id in wanted { bytes += PacketLine.encode("want \(id)") }
        return bytes + haves + PacketLine.encode("done") + PacketLine.flush
    }

    /// `multi_ack_detailed` changes nothing for a request that ends in `done`, but some servers insist on it.
    /// - Source: gitprotocol-pack(5), "Packfile Negotiation".
    private func encodedV0(_ server: ServerCapabilities) -> [UInt8] {
        var words = ["multi_ack_detailed", "side-band-64k", "ofs-delta", "no-progress"]
        if isFiltered(server) { words.append("filter") }
        let spoken = words.filter(server.has).joined(separator: " ")
        var bytes: [UInt8] = []
        for (index, id) in wanted.enumerated() {
            bytes += PacketLine.encode(index == 0 ? "want \(id) \(spoken)" : "want \(id)")
        }
        bytes += depth(server)
        if isFiltered(server) { bytes += PacketLine.encode("filter blob:none") }
        return bytes + PacketLine.flush + haves + PacketLine.encode("done")
    }

    private var wanted: [ObjectID] {
        switch subject {
        case .commit(let id, _): [id]
        case .objects(let ids): ids
        }
    }

    private var known: [ObjectID] {
        if case .commit(_, let known) = subject { known } else { [] }
    }

    private var haves: [UInt8] { known.flatMap { PacketLine.encode("have \($0)") } }

    private func isFiltered(_ server: ServerCapabilities) -> Bool {
        if case .commit = subject { server.canFilter } else { false }
    }

    private func depth(_ server: ServerCapabilities) -> [UInt8] {
        guard case .commit = subject, server.canShallow else { return [] }
        return known.flatMap { PacketLine.encode("shallow \($0)") } + PacketLine.encode("deepen 1")
    }
}
