package import Model

/// Shows what applying would change: the left side is what an object holds, the right side what its file gives.
package struct Preview: Sendable {
    private let store: any Store
    private let decode: Decode

    package init(store: any Store) {
        self.store = store
        decode = Decode(store: store)
    }

    /// What applying one object would change.
    package struct Change: Sendable {
        package let status: ObjectStatus
        /// The object's content now, as text; nil while it is empty.
        package fileprivate(set) var before: String?
        /// What the object would hold then; nil when there is nothing that could be applied, or shown.
        package fileprivate(set) var after: String?
        /// By key, for contents that are mappings; nil for text.
        package fileprivate(set) var keys: [KeyChange]?
        /// In unified format, or by key; empty when applying would change nothing.
        package fileprivate(set) var text = ""
        /// Whether applying would put the file's content in place.
        package fileprivate(set) var isApplicable: Bool
        /// Why the object is in its state, or why it cannot be applied or shown although its state does not tell.
        package fileprivate(set) var reason: String

        fileprivate init(_ status: ObjectStatus) {
            self.status = status
            isApplicable = status.state.isApplicable
            reason = status.reason
        }
    }

    /// - Throws: ``StoreError`` when the store as a whole cannot be read.
    package func callAsFunction(_ status: ObjectStatus) async throws -> Change {
        var change = Change(status)
        let kind = ObjectKinds.kind(status.object.reference.kind)
        let before: [UInt8]?
        do {
            before = try await held(status.object)
        } catch let fault as Decode.Fault {
            change.reason = "what it holds cannot be shown: \(fault)"
            return change
        }
        change.before = before.map { String(decoding: $0, as: UTF8.self) }
        switch status.state {
        case .invalid, .sourceMissing: return change
        case .inSync:
            change.after = change.before
            change.keys = kind.isMapping ? [] : nil
            return change
        case .outOfDate, .editedLocally, .conflict: break
        }
        guard let file = status.file else { return change }
        switch try await decode(file, for: status.object.reference.kind) {
        case .success(let after): try Self.compare(before, after.bytes, isMapping: kind.isMapping, into: &change)
        case .failure(let fault):
            change.isApplicable = false
            change.reason = "\"\(EscapedName(file.path.string))\" cannot be used: \(fault)"
        }
        return change
    }

    private static func compare(
        _ before: [UInt8]?, _ after: [UInt8], isMapping: Bool, into change: inout Change
    ) throws {
        let text = String(decoding: after, as: UTF8.self)
        change.after = text
        if isMapping {
            let empty: JSONValue = [:]
            let keys = KeyDiff.changes(
                from: try before.map { try JSONParser.parse($0) } ?? empty, to: try JSONParser.parse(after))
            change.text = keys.map { $0.description + "\n" }.joined()
            change.keys = keys
        } else {
            let (reference, path) = (change.status.object.reference, change.status.link.path)
            change.text = TextDiff.unified(
                change.before ?? "", text, from: before == nil ? "/dev/null" : "a/\(reference)", to: "b/\(path)")
        }
    }

    /// - Throws: ``Decode/Fault`` when what the store keeps of it is not what it was; ``StoreError``.
    private func held(_ object: SyncedObject) async throws -> [UInt8]? {
        guard let present = object.content.present else { return nil }
        do {
            return try await store.loadContent(present, limit: ObjectKinds.largestContentInBytes)
        } catch StoreError.contentDamaged {
            throw Decode.Fault.copy(isThere: true)
        } catch StoreError.notFound {
            throw Decode.Fault.copy(isThere: false)
        }
    }
}
