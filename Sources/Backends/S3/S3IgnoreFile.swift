internal import Model

/// The `.sluiceignore` in the folder of a bucket.
///
/// A bucket has no revisions: the file is fetched right before the listing begins.
struct S3IgnoreFile: Sendable {
    let requests: S3Requests
    let client: HTTPClient
    let retry: S3Retry

    /// `selection`, obeying the file if it asks for that and there is one.
    ///
    /// - Throws: ``BackendError`` when there is one that cannot be had or used.
    func obeyed(by selection: FileSelection) async throws -> FileSelection {
        guard selection.usesIgnoreFile, let content = try await fetch() else { return selection }
        do throws(IgnoreFile.Fault) {
            return selection.obeying(try IgnoreFile(content))
        } catch {
            throw error.error(in: place)
        }
    }

    private var key: String { requests.location.folder + IgnoreFile.path.string }
    private var place: String { "bucket \(requests.location.shown)" }

    /// - Returns: nil only if the server says that there is no such object.
    private func fetch() async throws -> [UInt8]? {
        let failure: S3Failure
        do throws(S3Failure) {
            return try await retry.run { () throws(S3Failure) in try await self.load() }
        } catch {
            failure = error
        }
        switch failure {
        case .refusal(let refusal) where refusal.status == 404 && refusal.code == "NoSuchKey": return nil
        case .transfer(let error) where error.kind == .tooLarge:
            // Its end has not come, so how long it is stays unknown.
            throw IgnoreFile.Fault.tooLong(nil).error(in: place)
        case .refusal(let refusal) where refusal.isAboutObject && refusal.status == 403:
            throw IgnoreFile.Fault.unreadable("the server refuses to send it (\(refusal.shown))").error(in: place)
        default:
            throw failure.error(
                "fetch \"\(EscapedName(key))\" from", requests.location, isAnonymous: requests.credentials == nil)
        }
    }

    private func load() async throws(S3Failure) -> [UInt8] {
        let response: HTTPResponse
        let body: [UInt8]
        do throws(HTTPError) {
            (response, body) = try await client.load(
                requests.object(key, entityTag: nil), limit: IgnoreFile.longestInBytes)
        } catch {
            throw .transfer(error)
        }
        guard response.isSuccess else { throw .refusal(S3Refusal(response)) }
        return body
    }
}
