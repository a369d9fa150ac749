internal import Model
private import Synchronization

/// Fetches a bucket's listing page by page, and sees to it that it is one: complete, in the folder, and with an end.
final class S3Pages: Sendable {
    private let exchange: S3Exchange
    private let folder: String
    private let cursor = Mutex(Cursor())
    private let bytes = Atomic<Int64>(0)

    private struct Cursor {
        var token: String?
        /// Which pages were asked for, by the hashes of their tokens: one that comes again would come for ever.
        var tokens: Set<Int> = []
        var hasEnded = false
        var hasObjects = false
        var emptyPages = 0
        /// The first and the last key of each page: one that comes again is not a page further, whatever its token.
        var ends: Set<Int> = []
        /// The last object so far.
        var last: S3Object?
    }

    /// A page of 1,000 keys of 1,024 bytes, each byte percent-encoded, has less than 4 MiB.
    private static let pageLimitInBytes = 16 << 20

    init(_ exchange: S3Exchange) {
        self.exchange = exchange
        folder = exchange.location.folder
    }

    var bytesTransferred: Int64 { bytes.load(ordering: .relaxed) }

    func close() { cursor.withLock { $0.hasEnded = true } }

    /// The objects of the next page in the server's order; nil at the end. Never called concurrently.
    ///
    /// An object that is listed again right after itself, just as it was, comes once.
    /// - Throws: ``BackendError``, also at the end of a folder that has nothing in it.
    func next() async throws -> [S3Object]? {
        let (token, hasEnded) = cursor.withLock { ($0.token, $0.hasEnded) }
        guard !hasEnded else { return nil }
        let page: S3Page
        do throws(S3Failure) {
            page = try await exchange.load(.page(token, of: folder), limit: Self.pageLimitInBytes) {
                body throws(S3Failure) in
                bytes.add(Int64(body.count), ordering: .relaxed)
                do throws(S3PageFault) { return try S3Page(body, folder: folder) } catch { throw .page(error) }
            }
        } catch {
            if case .page(let fault) = error { throw self.error(fault) }
            throw error.error("list", exchange.location)
        }
        do throws(S3PageFault) {
            return try cursor.withLock { cursor throws(S3PageFault) in
                try Self.advance(&cursor, past: page, isWhole: folder.isEmpty)
            }
        } catch {
            throw self.error(error)
        }
    }

    func error(_ fault: S3PageFault) -> BackendError {
        let place = "bucket \(exchange.location.shown)"
        switch fault {
        case .emptyFolder:
            return BackendError(
                .notFound, "cannot list \(place): its folder \"\(EscapedName(folder))\" is empty",
                advice: "check the folder in the URL; one that is to stay empty needs an object of its own name")
        case .tooLong:
            return BackendError(
                .malformed, "cannot list \(place): \(fault.clause)",
                advice: "split the source into one for each of its folders")
        case .refused:
            return BackendError(
                .unavailable, "cannot list \(place): \(fault.clause)", advice: RetryAdvice.later().adviceForPerson,
                retry: .later)
        case .twice:
            return BackendError(
                .malformed, "cannot list \(place): \(fault.clause), and so it did when it was asked again",
                advice: "sync again when nothing is being written to the bucket; if it stays so, ask its server's "
                    + "operator", retry: .later)
        default:
            return BackendError(
                .malformed, "cannot list \(place): \(fault.clause)",
                advice: "check that the endpoint speaks S3's ListObjectsV2, and that no proxy answers in its place")
        }
    }

    /// Moves the cursor on, if `page` is one that may follow.
    ///
    /// - Parameter isWhole: whether the bucket itself is listed, which may be empty.
    /// - Returns: what is new on it.
    private static func advance(
        _ cursor: inout Cursor, past page: S3Page, isWhole: Bool
    ) throws(S3PageFault) -> [S3Object] {
        var objects: [S3Object] = []
        objects.reserveCapacity(page.objects.count)
        for object in page.objects where object != cursor.last {
            objects.append(object)
            cursor.last = object
        }
        // The same page again, perhaps in place of another one.
        guard objects.isEmpty == page.objects.isEmpty else { throw .repeatedToken }
        if let first = objects.first, objects.count > 1,
            !cursor.ends.insert([first.key, objects[objects.count - 1].key].hashValue).inserted
        {
            throw .repeatedToken
        }
        if let token = page.nextToken, !cursor.tokens.insert(token.hashValue).inserted { throw .repeatedToken }
        cursor.hasObjects = cursor.hasObjects || !page.objects.isEmpty
        cursor.emptyPages = page.objects.isEmpty ? cursor.emptyPages + 1 : 0
        // Servers may send pages without a key, but not for ever.
        guard cursor.emptyPages <= 1_000 else { throw .repeatedToken }
        guard cursor.hasObjects || page.nextToken != nil || isWhole else { throw .emptyFolder }
        cursor.token = page.nextToken
        cursor.hasEnded = page.nextToken == nil
        return objects
    }
}
