internal import Model

extension GitBackend {
    func test(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        // A person waits, and is not served by a failure that is tried again and again.
        let once = GitBackend(
            place, ref: ref, subPath: subPath, access: access.withoutRepeats, policy: policy)
        await once.goTheWay(selection, report: report)
    }

    private func goTheWay(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        switch place {
        case .local(let path):
            let opened: Void? = await ConnectionStep.take(.repository, report: report) {
                try LocalRepositoryCheck(path, roots: access.roots).run()
                _ = try GitReader.repository(at: path)
                return ("\"\(EscapedName(path))\" is a repository", ())
            }
            guard opened != nil else { return }
        case .remote, .ssh, .daemon:
            do {
                guard try await remote().0.transport.test(report: report) else { return }
            } catch {
                return report(ConnectionStep(.settings, .zero, .failure(error)))
            }
        }
        let revision: Void? = await ConnectionStep.take(.ref, report: report) {
            let revision = try await currentRevision()
            return ("commit \(revision?.id.prefix(12) ?? "")", ())
        }
        guard revision != nil else { return }
        if policy.signatures != nil {
            let signed: Void? = await ConnectionStep.take(.signature, report: report) {
                let snapshot = try await snapshot(selection)
                await snapshot.close()
                return ("signed by one of `signers`", ())
            }
            guard signed != nil else { return }
        }
        guard await testListing(selection, report: report) else { return }
        guard await testLargeFiles(report: report) else { return }
        await testSubmodules(selection, report: report)
    }

    /// Asks the LFS server for a file that no repository has: that it does not have it is a good answer.
    ///
    /// - Returns: false when it failed.
    private func testLargeFiles(report: @Sendable (ConnectionStep) -> Void) async -> Bool {
        guard let largeFiles = policy.largeFiles else { return true }
        let asked: Void? = await ConnectionStep.take(.largeFiles, report: report) {
            if case .local = place, largeFiles.url == nil { return ("they are in the repository's own folder", ()) }
            guard let probe = LargeFilePointer.probe else { preconditionFailure("32 bytes are a digest") }
            let server = largeFiles.ofRepository(place, access)
            try await atPort { try await server.prepare([probe]) }
            return ("an LFS server answers", ())
        }
        return asked != nil
    }

    /// Lists everything, for a submodule may be anywhere in it; no file is fetched.
    private func testSubmodules(_ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void) async {
        guard policy.submodules != nil else { return }
        await ConnectionStep.take(.submodules, report: report) {
            let snapshot = try await snapshot(selection)
            do {
                while let page = try await snapshot.nextPage() {
                    if let error = page.files.lazy.compactMap(\.problem?.general).first { throw error }
                }
                await snapshot.close()
                return ("all that are followed can be listed", ())
            } catch {
                await snapshot.close()
                throw error
            }
        }
    }
}

extension LargeFilePointer {
    /// A file that nobody has stored: no content is known to have this digest.
    fileprivate static let probe = Digest(bytes: [UInt8](repeating: 0x51, count: 32)).map {
        LargeFilePointer(digest: $0, size: 1)
    }
}
