package import Model

/// A directory of this machine.
package struct LocalBackend: Backend {
    private let path: String
    private let allowed: AllowedRoots
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - roots: the directories that may be read; nil for any.
    ///   - now: the clock that tells which files were written just now.
    package init(
        _ url: LocalURL, roots: [String]? = nil, now: @escaping @Sendable () -> Timestamp = SystemTime.now
    ) {
        path = url.path
        allowed = AllowedRoots(roots)
        self.now = now
    }

    /// A directory has no identity as a whole.
    package func currentRevision() async throws -> Revision? { nil }

    package func snapshot(_ selection: FileSelection) async throws -> any Snapshot {
        let root = try LocalRoot(path, allowed: allowed)
        return LocalSnapshot(root, try root.obeyingIgnoreFile(selection), now: now)
    }

    package func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        let opened: Void? = await ConnectionStep.take(.folder, report: report) {
            try LocalRoot(path, allowed: allowed).checkExistence()
            return ("\"\(EscapedName(path))\" can be read", ())
        }
        if opened != nil { await testListing(selection, report: report) }
    }
}

extension BackendType {
    /// NetBox's `local`. It has no settings.
    package static let local = BackendType(
        name: "local", label: "Local", settings: [],
        faultInURL: { url in
            do throws(LocalURLFault) {
                _ = try LocalURL(url)
                return nil
            } catch {
                return error.clause
            }
        },
        localPath: { url in
            // What is no local URL names no directory.
            try? LocalURL(url).path
        },
        make: { configuration in
            do throws(LocalURLFault) {
                return LocalBackend(try LocalURL(configuration.url), roots: configuration.localRoots)
            } catch {
                throw BackendError(.settings, "the URL \"\(configuration.url.shown)\" \(error.clause)")
            }
        })
}
