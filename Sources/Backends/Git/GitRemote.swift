internal import Model
private import Synchronization

/// A repository on a git server: what its refs are, and how objects are had from it.
///
/// It remembers, also on disk, that the server speaks version 2 of the protocol, so that a look at the refs is one
/// round trip; should the server have changed, it is asked anew.
final class GitRemote: Sendable {
    let transport: any GitTransport
    private let memo: ServerMemo
    private let patience: Patience
    private let known = Mutex<Known?>(nil)

    private struct Known {
        let capabilities: ServerCapabilities
        /// From an earlier run: it may be outdated.
        let isRemembered: Bool
    }

    init(transport: any GitTransport, memo: ServerMemo, patience: Patience) {
        self.transport = transport
        self.memo = memo
        self.patience = patience
    }

    /// What `selection` means now: one round trip to a server that is known.
    ///
    /// - Throws: `.notFound` when it means nothing; never an answer by mistake.
    func resolve(_ selection: RefSelection) async throws(GitFailure) -> ResolvedRef {
        if case .commit(let id) = selection { return ResolvedRef(id) }
        let refs = try await refs(selection)
        guard !refs.hasForeignIDs else { throw Self.foreign("other than SHA-1", transport.shown) }
        return try refs.followed(at: transport.shown)
    }

    private func refs(_ selection: RefSelection) async throws(GitFailure) -> RefListing {
        if let server = remembered(), server.capabilities.version == 2 {
            do {
                return try await listRefs(selection, server.capabilities)
            } catch {
                try forget(server, after: error)
            }
        }
        let advertisement = try await discover(selection)
        guard advertisement.capabilities.version == 2 else { return advertisement.refs }
        return try await listRefs(selection, advertisement.capabilities)
    }

    /// Brings objects as a pack for the repository whose `objects/pack` is `folder`: it is whole, but still to be
    /// committed.
    func fetch(_ subject: FetchRequest.Subject, into folder: String) async throws(GitFailure) -> PackWriter {
        let server = try await server()
        let request = FetchRequest(subject: subject)
        do {
            return try await fetch(request, server.capabilities, into: folder)
        } catch {
            try forget(server, after: error)
            return try await fetch(request, discover(.head).capabilities, into: folder)
        }
    }

    /// Whether single objects can be asked for; known after the first exchange.
    func canFetchObjects() async throws(GitFailure) -> Bool { try await server().capabilities.canFetchObjects }

    // MARK: - One exchange each, repeated when that can help

    private func listRefs(
        _ selection: RefSelection, _ server: ServerCapabilities
    ) async throws(GitFailure) -> RefListing {
        var request = PacketLine.encode("command=ls-refs") + PacketLine.encode("agent=sluice")
        if server.has("object-format") { request += PacketLine.encode("object-format=sha1") }
        request += PacketLine.delimiter + PacketLine.encode("peel") + PacketLine.encode("symrefs")
        for name in selection.prefixes { request += PacketLine.encode("ref-prefix \(name)") }
        request += PacketLine.flush
        let doing = "list the refs of the git server"
        return try await patiently { [request] () throws(GitFailure) in
            let reader = PacketReader(RefAnswer(selection), doing: doing)
            try await self.transport.exchange(request, version: 2, doing: doing) { try reader.receive($0) }
            return try reader.finish().refs
        }
    }

    private func fetch(
        _ request: FetchRequest, _ server: ServerCapabilities, into folder: String
    ) async throws(GitFailure) -> PackWriter {
        guard server.version == 2 || server.has("side-band-64k") else {
            throw GitFailure(
                .malformed, "cannot fetch from \"\(transport.shown)\": its git server is too old",
                advice: "bring git up to date there: it needs 1.6 at least")
        }
        let doing = "fetch from the git server"
        let bytes = request.encoded(for: server)
        return try await patiently { () throws(GitFailure) in
            let thin = request.isThin ? try ThinPack(folder: folder) : nil
            let writer = try Self.local { () throws(Libgit2Error) in try PackWriter(folder: folder, thin: thin) }
            let reader = PacketReader(FetchAnswer(version: server.version, into: writer), doing: doing)
            try await self.transport.exchange(bytes, version: server.version, doing: doing) { piece in
                do {
                    try reader.receive(piece)
                } catch let error as Libgit2Error {
                    throw PackWriter.refused(error)
                }
            }
            _ = try reader.finish()
            return writer
        }
    }

    private func discover(_ selection: RefSelection) async throws(GitFailure) -> Advertisement {
        let advertisement = try await patiently { () throws(GitFailure) in
            let reader = PacketReader(Advertisement(selection), doing: "ask the git server what it offers")
            try await self.transport.advertise { try reader.receive($0) }
            return try reader.finish()
        }
        let capabilities = advertisement.capabilities
        if let format = capabilities.foreignObjectFormat { throw Self.foreign(format, transport.shown) }
        known.withLock { $0 = Known(capabilities: capabilities, isRemembered: false) }
        if transport.isIntroduced { return advertisement }
        if capabilities.version == 2, !transport.isRedirected { memo.write(capabilities) } else { memo.forget() }
        return advertisement
    }

    // MARK: - What is known of the server

    private func remembered() -> Known? {
        known.withLock { known in
            if known == nil, !transport.isIntroduced {
                known = memo.read().map { Known(capabilities: $0, isRemembered: true) }
            }
            return known
        }
    }

    private func server() async throws(GitFailure) -> Known {
        if let known = remembered() { return known }
        return Known(capabilities: try await discover(.head).capabilities, isRemembered: false)
    }

    /// Forgets what was remembered of the server if it may have led to `error`; throws that error if not.
    private func forget(_ server: Known, after error: GitFailure) throws(GitFailure) {
        let mayBeOutdated = [.malformed, .notFound, .unavailable].contains(error.error.cause)
        // A server that is asked too much is not asked still more.
        if case .slower = error.retry { throw error }
        guard server.isRemembered, mayBeOutdated else { throw error }
        known.withLock { $0 = nil }
        memo.forget()
        // It was asked again and again already: whether it has changed is a question for the next sync.
        if case .later = error.retry { throw error }
    }

    private func patiently<Value: Sendable>(
        _ body: () async throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        try await patience.run { _ throws(GitFailure) in try await body() }
    }

    private static func local<Value>(_ body: () throws(Libgit2Error) -> Value) throws(GitFailure) -> Value {
        do throws(Libgit2Error) { return try body() } catch { throw GitFailure(error.backendError) }
    }

    private static func foreign(_ format: String, _ place: String) -> GitFailure {
        GitFailure(
            .malformed,
            "cannot read \"\(place)\": its objects have names of a kind (\(EscapedName(format))) not known here",
            advice: "use a repository with SHA-1 object names")
    }
}
