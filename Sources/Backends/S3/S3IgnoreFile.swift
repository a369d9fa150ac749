internal import Model

/// The `.sluiceignore` in the folder of a bucket.
///
/// A bucket has no revisions: the file is fetched right before the listing begins.
struct S3IgnoreFile: Sendable {
    let exchange: S3Exchange

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

    private var key: String { exchange.location.folder + IgnoreFile.path.string }
    private var place: String { "bucket \(exchange.location.shown)" }

    /// - Returns: nil only if the server says that there is no such object.
    private func fetch() async throws -> [UInt8]? {
        do throws(S3Failure) {
            return try await exchange.load(.object(key, entityTag: nil), limit: IgnoreFile.longestInBytes)
        } catch {
            switch error {
            case .refusal(let refusal, _, _) where refusal.status == 404 && refusal.code == "NoSuchKey": return nil
            case .transfer(let error) where error.kind == .tooLarge:
                // Its end has not come, so how long it is stays unknown.
                throw IgnoreFile.Fault.tooLong(nil).error(in: place)
            case .refusal(let refusal, _, _) where refusal.isAboutObject && refusal.status == 403:
                throw IgnoreFile.Fault.unreadable("the server refuses to send it (\(refusal.shown))").error(in: place)
            default:
                throw error.error("fetch \"\(EscapedName(key))\" from", exchange.location)
            }
        }
    }
}
