package import Model

/// Shows what applying would change: the left side is what an object holds, the right side what its file gives.
package struct Preview: Sendable {
    private let store: any Store

    package init(store: any Store) { self.store = store }

    /// What applying one object would change.
    package struct Change: Sendable {
        package let status: ObjectStatus
        /// The object's content now, as text; nil while it is empty.
        package let before: String?
        /// What applying would put there; nil when there is nothing that could be applied.
        package let after: String?
        /// By key, for contents that are mappings; nil for text.
        package let keys: [KeyChange]?

        /// In unified format, or by key; empty when applying would change nothing.
        package var text: String {
            guard let after else { return "" }
            if let keys { return keys.map { $0.description + "\n" }.joined() }
            let reference = status.object.reference
            return TextDiff.unified(
                before ?? "", after, from: before == nil ? "/dev/null" : "a/\(reference)", to: "b/\(status.link.path)")
        }
    }

    /// - Throws: ``StoreError``.
    package func callAsFunction(_ status: ObjectStatus) async throws -> Change {
        let kind = ObjectKinds.kind(status.object.reference.kind)
        let present = status.object.content.present
        var before: [UInt8]?
        if let present { before = try await load(present) }
        var after: [UInt8]?
        if let file = status.file, status.state != .invalid, status.state != .sourceMissing {
            after = try kind.decode(await load(file.digest), at: file.path).bytes
        }
        var keys: [KeyChange]?
        if kind.isMapping, let after {
            let empty: JSONValue = [:]
            keys = KeyDiff.changes(
                from: try before.map { try JSONParser.parse($0) } ?? empty, to: try JSONParser.parse(after))
        }
        return Change(
            status: status, before: before.map { String(decoding: $0, as: UTF8.self) },
            after: after.map { String(decoding: $0, as: UTF8.self) }, keys: keys)
    }

    private func load(_ digest: Digest) async throws -> [UInt8] {
        try await store.loadContent(digest, limit: ObjectKinds.largestContentInBytes)
    }
}
