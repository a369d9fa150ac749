package import Model
package import Permissions

/// Puts back content that was applied to an object earlier. It needs the same right as applying.
package struct Revert: Sendable {
    private let store: any Store
    private let now: @Sendable () -> Timestamp

    package init(store: any Store, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// - Parameters:
    ///   - status: the object as somebody saw it.
    ///   - number: the revision to go back to; nil for the last applied content that differs from the present one.
    /// - Throws: ``StoreError``.
    package func callAsFunction(
        _ status: ObjectStatus, to number: Int?, permit: consuming Permit<ApplyContent>
    ) async throws -> ApplyReport {
        let object = status.object
        let actor = permit.use(on: [object.id])
        let earlier = try await store.revisions(of: object.id).first { revision in
            guard revision.file != nil, revision.content != nil else { return false }
            return number.map { revision.number == $0 } ?? (revision.content != object.content.present)
        }
        guard let earlier, let file = earlier.file, let digest = earlier.content else {
            return ApplyReport(object.reference, .refused(.noSuchRevision))
        }
        if digest == object.content.present, file == object.content.appliedFile {
            return ApplyReport(object.reference, .alreadyCurrent, before: digest, after: digest)
        }
        let bytes = try await store.loadContent(digest, limit: ObjectKinds.largestContentInBytes)
        let application = Application(
            object: object.id, reference: object.reference, seen: status.seen,
            content: ObjectContent(digest: digest, bytes: bytes), file: file, revision: earlier.revision,
            action: .revert)
        let outcome = try await store.apply([application], keepsGoing: false, by: actor, at: now()).first
        if case .moved(let now) = outcome {
            return ApplyReport(object.reference, .refused(.moved(from: status.seen, to: now)))
        }
        return ApplyReport(object.reference, .applied, before: object.content.present, after: digest)
    }
}
