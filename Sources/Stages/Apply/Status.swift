package import Model

/// Derives the state of linked objects: one query, and a look into those files' contents that nobody has tried to
/// decode yet.
package struct Status: Sendable {
    private let store: any Store
    private let decode: Decode

    package init(store: any Store) {
        self.store = store
        decode = Decode(store: store)
    }

    /// In order of kind and name.
    ///
    /// - Throws: ``StoreError``.
    package func callAsFunction(_ filter: LinkedObjectFilter = LinkedObjectFilter()) async throws -> [ObjectStatus] {
        try await statuses(of: store.linkedObjects(filter))
    }

    /// The status of each of these, in their order.
    package func statuses(of objects: [LinkedObject]) async throws -> [ObjectStatus] {
        var learnt: [DecodeVerdict] = []
        var statuses: [ObjectStatus] = []
        statuses.reserveCapacity(objects.count)
        for object in objects {
            var fault = object.verdict?.fault
            if object.verdict == nil, object.problem == nil, let file = object.file,
                !object.object.content.settles(file.digest)
            {
                let kind = object.object.reference.kind
                let decoded = try await decode(file, for: kind)
                if case .failure(let found) = decoded { fault = found.description }
                if let verdict = Self.verdict(decoded, kind, file) { learnt.append(verdict) }
            }
            statuses.append(Self.status(of: object, fault: fault))
        }
        if !learnt.isEmpty { try await store.remember(learnt) }
        return statuses
    }

    /// What can be remembered, since it is never wrong later: nil when only the store's copy is to blame.
    private static func verdict(
        _ decoded: Result<ObjectContent, Decode.Fault>, _ kind: ObjectKindName, _ file: DataFile
    ) -> DecodeVerdict? {
        switch decoded {
        case .success: DecodeVerdict(kind: kind, path: file.path, digest: file.digest, fault: nil)
        case .failure(.content(let fault)):
            DecodeVerdict(kind: kind, path: file.path, digest: file.digest, fault: fault.description)
        case .failure(.copy): nil
        }
    }

    private static func status(of object: LinkedObject, fault: String?) -> ObjectStatus {
        let content = object.object.content
        let state = ObjectState(
            of: content, file: object.file?.digest, problem: object.problem, decodes: fault == nil)
        let isReplaced = state == .invalid && object.problem != nil
        let since: Timestamp? =
            switch state {
            case _ where isReplaced: nil
            case .inSync: content.appliedAt
            case .editedLocally: content.changedAt
            case .outOfDate, .conflict, .sourceMissing, .invalid: object.broughtBy?.committedAt
            }
        return ObjectStatus(
            object: object.object, link: object.link, sourceID: object.sourceID, state: state, file: object.file,
            since: since, revision: state == .editedLocally || isReplaced ? nil : object.broughtBy?.revision,
            decodeFault: state == .invalid && !isReplaced ? fault : nil, problem: object.problem,
            likelySuccessors: state == .sourceMissing ? object.successors : [])
    }
}
