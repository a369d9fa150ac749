package import Model

/// Derives the state of linked objects: one query, and a look into those files' contents that nobody has tried to
/// decode yet.
package struct Status: Sendable {
    private let store: any Store

    package init(store: any Store) { self.store = store }

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
            var verdict = object.verdict
            if verdict == nil, object.problem == nil, let file = object.file,
                !object.object.content.settles(file.digest)
            {
                let found = try await judge(object.object.reference.kind, file)
                verdict = found
                learnt.append(found)
            }
            statuses.append(Self.status(of: object, verdict: verdict))
        }
        if !learnt.isEmpty { try await store.remember(learnt) }
        return statuses
    }

    private func judge(_ kind: ObjectKindName, _ file: DataFile) async throws -> DecodeVerdict {
        do {
            guard file.size <= ObjectKinds.largestContentInBytes else { throw DecodeFault.tooLarge(file.size) }
            let bytes = try await store.loadContent(file.digest, limit: ObjectKinds.largestContentInBytes)
            _ = try ObjectKinds.kind(kind).decode(bytes, at: file.path)
            return DecodeVerdict(kind: kind, path: file.path, digest: file.digest, fault: nil)
        } catch let fault as DecodeFault {
            return DecodeVerdict(kind: kind, path: file.path, digest: file.digest, fault: fault.description)
        }
    }

    private static func status(of object: LinkedObject, verdict: DecodeVerdict?) -> ObjectStatus {
        let content = object.object.content
        let state = ObjectState(
            of: content, file: object.file?.digest, problem: object.problem, decodes: verdict?.fault == nil)
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
            decodeFault: state == .invalid && !isReplaced ? verdict?.fault : nil, problem: object.problem,
            likelySuccessors: state == .sourceMissing ? object.successors : [])
    }
}
