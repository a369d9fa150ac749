internal import Model
private import Synchronization

/// A bucket's folder while we read it.
///
/// S3 has no snapshots. What makes this an unchanging view is that each object is fetched only if it still is the one
/// that was listed.
final class S3Snapshot: Snapshot {
    private let exchange: S3Exchange
    private let order: ListingOrder
    private let selection: FileSelection
    private let pages: Mutex<S3Pages>
    private let state: Mutex<State>
    private let transferred = Atomic<Int64>(0)

    private struct State {
        var lastKey: [UInt8] = []
        var hasGivenPages = false
        /// Where the server lists out of order: all of it, and how much of it was given.
        var sorted: SortedListing?
        var given = 0
    }

    init(exchange: S3Exchange, order: ListingOrder, selection: FileSelection) {
        self.exchange = exchange
        self.order = order
        self.selection = selection
        pages = Mutex(S3Pages(exchange))
        state = Mutex(State())
    }

    var revision: RevisionDetails? { nil }

    var bytesTransferred: Int64 {
        transferred.load(ordering: .relaxed) + pages.withLock { $0 }.bytesTransferred
    }

    func close() async {
        pages.withLock { $0 }.close()
    }

    func nextPage() async throws -> RemotePage? {
        while true {
            guard let objects = try await nextObjects() else { return nil }
            let entries = RemotePage(objects, in: exchange.location.folder, selection)
            if !entries.files.isEmpty || !entries.problems.isEmpty {
                state.withLock { $0.hasGivenPages = true }
                return entries
            }
        }
    }

    /// The next objects in the order of their keys; nil at the end.
    private func nextObjects() async throws -> [S3Object]? {
        if order.isBroken { return try await nextSorted() }
        let pages = pages.withLock { $0 }
        guard let objects = try await pages.next() else { return nil }
        let (isOrdered, hasGivenPages) = state.withLock { state in
            for object in objects {
                guard state.lastKey.lexicographicallyPrecedes(object.key) else { return (false, state.hasGivenPages) }
                state.lastKey = object.key
            }
            return (true, state.hasGivenPages)
        }
        if isOrdered { return objects }
        _ = order.noteBroken()  // In order so far, it has not been begun again.
        // Whoever has seen pages already has concluded something from them.
        guard !hasGivenPages else { throw ListingRestart() }
        beginAgain()
        return try await nextSorted()
    }

    private func beginAgain() {
        let pages = pages.withLock { pages in
            defer { pages = S3Pages(exchange) }
            return pages
        }
        transferred.add(pages.bytesTransferred, ordering: .relaxed)
    }

    private func nextSorted() async throws -> [S3Object]? {
        let known = state.withLock { $0.sorted?.count }
        if known == nil {
            let sorted = try await collect()
            state.withLock { $0.sorted = sorted }
        }
        return state.withLock { state in
            guard let sorted = state.sorted, state.given < sorted.count else { return nil }
            let range = state.given..<min(state.given + S3Page.longest, sorted.count)
            state.given = range.upperBound
            return sorted[range]
        }
    }

    private func collect() async throws -> SortedListing {
        let pages = pages.withLock { $0 }
        var listing = SortedListing()
        do {
            while let objects = try await pages.next() { try listing.add(objects) }
            try listing.sort()
            return listing
        } catch let fault as S3PageFault {
            // Somebody may have been writing just then.
            guard case .twice = fault, order.noteBroken() else { throw pages.error(fault) }
        }
        beginAgain()
        return try await collect()
    }

    func read(_ file: RemoteFile, into sink: @escaping ContentSink) async throws {
        if let problem = file.problem { throw problem }
        guard let object = S3Fingerprint(file.fingerprint) else {
            throw FileProblem(path: file.path, kind: .unreadable, reason: "it was not listed by this bucket")
        }
        let key = exchange.location.folder + file.path.string
        let download = ResumedDownload(
            sizeInBytes: object.sizeInBytes,
            checksum: { [exchange] in exchange.checksum($0, entityTag: object.entityTag) }, into: sink)
        do throws(S3Failure) {
            try await fetch(key, object, download, at: file.path)
        } catch {
            switch error {
            case .refusal(let refusal, let location, let asker) where refusal.isAboutObject || refusal.isAboutPlace:
                throw refusal.problem(
                    at: file.path, general: refusal.generalError(location, asker, hasKey: exchange.hasCustomerKey))
            case .garbled(let garbled) where garbled.isOfEntityTag:
                throw mismatch(garbled, at: file.path)
            case .garbled(let garbled):
                throw FileProblem(path: file.path, kind: .unreadable, reason: garbled.clause)
            default: throw error.error("fetch \"\(EscapedName(key))\" from", exchange.location)
            }
        }
    }

    private func mismatch(_ garbled: ResumedDownload.Garbled, at path: RelativePath) -> FileProblem {
        let advice = "if the ETags of this server only look like MD5 sums, set \"etag_is_md5\" to false"
        return FileProblem(
            path: path, kind: .unreadable, reason: "\(garbled.clause): \(advice)",
            general: BackendError(
                .settings,
                "cannot read any object of bucket \(exchange.location.shown): their content does not match their ETags",
                advice: "\(advice); else something on the way spoils them"))
    }

    private func fetch(
        _ key: String, _ object: S3Fingerprint, _ download: ResumedDownload, at path: RelativePath
    ) async throws(S3Failure) {
        try await exchange.send {
            .object(key, entityTag: object.entityTag, from: download.offset)
        } head: { response in
            // What was listed is what is kept, also by a server that does not know `If-Match`.
            guard response.entityTag.map({ $0 == object.entityTag }) ?? true else {
                throw FileProblem(path: path, kind: .vanished, reason: "it changed since it was listed")
            }
            try download.begin(response)
        } receive: { piece in
            self.transferred.add(Int64(piece.count), ordering: .relaxed)
            try download.take(piece)
        } finish: { () throws(S3Failure) in
            do {
                try download.finish()
            } catch {
                throw (error as? ResumedDownload.Garbled).map { .garbled($0) } ?? .sink(error)
            }
        }
    }
}

extension HTTPResponse {
    /// Without quotes, and without the mark of a weak one, which whoever recodes a body on the way puts there.
    fileprivate var entityTag: String? {
        headers["etag"].map { tag in
            (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]).filter { $0 != "\"" && $0 != " " }
        }
    }
}
