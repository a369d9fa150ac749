package import Model
package import Permissions

/// Goes the way to a data source's remote once, for whoever sets it up. Nothing of it reaches the index.
///
/// Also for a source that is disabled: it may be tested before it is enabled.
package struct SourceTest: Sendable {
    private let setup: SourceSetup

    package init(setup: SourceSetup) { self.setup = setup }

    /// Tests the source that `permit` is for: whoever may sync it learns no more by this.
    ///
    /// - Parameter report: called once for each step, in order, when it has ended; after a failed one not again.
    /// - Throws: `CancellationError` only; whatever is wrong with the source is a step that failed.
    package func callAsFunction(
        _ source: DataSource, permit: consuming Permit<Sync>, report: @Sendable (ConnectionStep) -> Void
    ) async throws {
        _ = permit.use(on: source.id)
        do {
            let ready = try await setup.makeReady(source)
            await ready.backend.test(ready.selection) { step in
                // What an interruption broke off says nothing about the remote.
                if !Task.isCancelled { report(step) }
            }
        } catch let error as SyncError {
            report(ConnectionStep(.settings, .zero, .failure(Self.fault(error))))
        }
        try Task.checkCancellation()
    }

    private static func fault(_ error: SyncError) -> BackendError {
        switch error {
        case .remote(_, _, let error): error
        case .parameter(_, let name, let reason):
            BackendError(
                .settings, "cannot read the parameter \"\(name)\": \(reason)",
                advice: "mend what it refers to, or set it anew: `sluice source edit ... --set \(name)=...`")
        case .unknownType(let type, _):
            BackendError(
                .settings, "cannot connect: this sluice does not know the type \"\(type)\"",
                advice: "use the sluice that made the source, or a newer one")
        case .settings(_, let reason): BackendError(.settings, "cannot connect: \(reason)")
        case .disabled: BackendError(.settings, "\(error)")
        }
    }
}
