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
        await testListing(selection, report: report)
    }
}
