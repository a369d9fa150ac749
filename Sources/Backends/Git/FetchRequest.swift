/// Which objects are asked for.
struct FetchRequest: Sendable {
    enum Subject: Sendable {
        /// A commit, or a tag and its commit, with its trees; with its blobs too where the server cannot leave them out. No history, if it can
        /// be left out.
        case commit(ObjectID, known: [ObjectID])
        /// What a commit, or a tag and its commit, has that the known commits do not have, and that may be told as
        /// differences from what they have. Of its blobs those up to a size in bytes, or none of them; all where the
        /// server cannot leave them out.
        case changes(ObjectID, since: [ObjectID], blobsUpTo: Int64?)
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
        for line in ["ofs-delta", "no-progress"] + thin { bytes += PacketLine.encode(line) }
        bytes += depth(server)
        if isFiltered(server) { bytes += PacketLine.encode("filter \(filter)") }
        for id in wanted { bytes += PacketLine.encode("want \(id)") }
        return bytes + haves + PacketLine.encode("done") + PacketLine.flush
    }

    /// `multi_ack_detailed` changes nothing for a request that ends in `done`, but some servers insist on it.
    /// - Source: gitprotocol-pack(5), "Packfile Negotiation".
    private func encodedV0(_ server: ServerCapabilities) -> [UInt8] {
        var words = ["multi_ack_detailed", "side-band-64k", "ofs-delta", "no-progress"] + thin
        if isFiltered(server) { words.append("filter") }
        let spoken = words.filter(server.has).joined(separator: " ")
        var bytes: [UInt8] = []
        for (index, id) in wanted.enumerated() {
            bytes += PacketLine.encode(index == 0 ? "want \(id) \(spoken)" : "want \(id)")
        }
        bytes += depth(server)
        if isFiltered(server) { bytes += PacketLine.encode("filter \(filter)") }
        return bytes + PacketLine.flush + haves + PacketLine.encode("done")
    }

    private var wanted: [ObjectID] {
        switch subject {
        case .commit(let id, _), .changes(let id, _, _): [id]
        case .objects(let ids): ids
        }
    }

    private var known: [ObjectID] {
        switch subject {
        case .commit(_, let known), .changes(_, let known, _): known
        case .objects: []
        }
    }

    /// Whether the answer may lean on objects that are not in it. Without that git sends all that a commit has when it
    /// may not send its history, whatever is known.
    var isThin: Bool { if case .changes = subject { true } else { false } }

    private var thin: [String] { isThin ? ["thin-pack"] : [] }

    private var haves: [UInt8] { known.flatMap { PacketLine.encode("have \($0)") } }

    private func isFiltered(_ server: ServerCapabilities) -> Bool {
        if case .objects = subject { false } else { server.canFilter }
    }

    /// - Source: git-rev-list(1), `--filter`: `blob:limit=n` leaves out blobs of n bytes or more.
    private var filter: String {
        guard case .changes(_, _, let limit?) = subject, limit < .max else { return "blob:none" }
        return "blob:limit=\(limit + 1)"
    }

    private func depth(_ server: ServerCapabilities) -> [UInt8] {
        if case .objects = subject { return [] }
        guard server.canShallow else { return [] }
        return known.flatMap { PacketLine.encode("shallow \($0)") } + PacketLine.encode("deepen 1")
    }
}
