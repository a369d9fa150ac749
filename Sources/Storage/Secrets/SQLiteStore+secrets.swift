package import Model

extension SQLiteStore {
    package func openedSettings(of source: DataSource) async throws(StoreError) -> DataSourceSettings {
        guard source.settings.isSealed else { return source.settings }
        var read = source
        // Somebody may change the key between the look at the source and the look at the keys.
        for _ in 0..<4 {
            let sealer = Sealer(keys) { true }
            if try sealer.knowsKeys(of: read.settings) { return try sealer.open(read.settings, of: read.id) }
            let now = clock()
            let present = try await engine.read { db in
                try db.first(SourceSQL.withID, source.id) { columns in try columns.dataSource(at: now) }
            }
            guard let present else { throw .notFound("data source \"\(source.name)\"") }
            guard present.state.lastUpdated == source.state.lastUpdated else { throw .catalogMoved }
            if present.settings == read.settings { break }
            read = present
        }
        return try Sealer(keys) { true }.open(read.settings, of: read.id)
    }

    package func keyStatus() async throws(StoreError) -> KeyStatus {
        let now = clock()
        let (values, isScrubDue) = try await engine.read { db in
            (
                try db.dataSources(at: now).flatMap(\.settings.sealedValues),
                try db.value(SecretSQL.isScrubDue) ?? false
            )
        }
        let ring: Keyring
        do throws(KeyFault) { ring = try keys.load() } catch { throw error.error("tell about the key") }
        let ids = values.map { SealedText($0)?.keyID ?? "?" }
        return KeyStatus(
            place: keys.description, id: ring.present?.id, sealed: Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +),
            olderKeys: ring.kept.map(\.id), isScrubDue: isScrubDue)
    }

    package func rotateKey(by actor: AuditActor, at now: Timestamp) async throws(StoreError) -> KeyRotation {
        let keys = keys
        let change = try await engine.write { db in try db.rotateKey(keys, by: actor, at: now) }
        // In a transaction of its own, after that one: until it is on the disk, the old key may still be needed.
        try await engine.write { db in
            guard try db.dataSources(at: now).allSatisfy({ $0.isSealed(with: change.id) }) else { return }
            do throws(KeyFault) { try keys.endChange() } catch { throw error.error("forget the old key") }
        }
        await engine.emptyLog()
        return change
    }
}

extension Connection {
    /// Whether anything is sealed.
    func hasSealed() throws -> Bool {
        try dataSources(at: Timestamp(microseconds: 0)).contains { $0.settings.isSealed }
    }

    /// Throws `.sealed` before anything is changed when a secret cannot be opened.
    fileprivate func rotateKey(_ place: KeyPlace, by actor: AuditActor, at now: Timestamp) throws -> KeyRotation {
        let sources = try dataSources(at: now).filter(\.settings.isSealed)
        let opener = Sealer(place) { true }
        let opened = try sources.map { try opener.open($0.settings, of: $0.id) }
        let ring: Keyring
        let new: SecretKey?
        do throws(KeyFault) {
            ring = try place.load()
            new = try place.beginChange(ring)
        } catch {
            throw error.error("change the key")
        }
        guard let present = new ?? ring.present else {
            throw StoreError.unavailable("there is no key to change to\n-> \(place.howToGive)")
        }
        let sealer = Sealer(place) { true }
        var count = 0
        for (source, settings) in zip(sources, opened) where !source.isSealed(with: present.id) {
            let sealed = try sealer.seal(settings, of: source.id, over: nil)
            try keepSecrets(of: sealed, source.id)
            count += sealed.sealedValues.count
        }
        try add(
            AuditEntry(
                at: now, actor: actor, action: "rotate", type: .configRevision, name: "secret key",
                detail: "\(count) secrets are encrypted anew with the key \(present.id)"))
        // Whoever read the catalog before holds what the old key sealed: they have to look again.
        try run(CatalogSQL.advance)
        return KeyRotation(id: present.id, count: count, isNew: new != nil, isGiven: place.isGiven)
    }

    /// Writes the URL and the parameters of a source, which are sealed, and leaves nothing of the old ones.
    func keepSecrets(of settings: DataSourceSettings, _ source: SourceID) throws {
        try overwritingWhatGoes {
            try run(
                SecretSQL.keep, settings.sourceURL.raw, settings.sourceURL.sealed?.text,
                try StoredParameters.json(of: settings.parameters), source)
        }
    }

    /// Runs `body` so that what it deletes is overwritten in the file.
    func overwritingWhatGoes(_ body: () throws -> Void) throws {
        try script(SecretSQL.overwrite)
        defer {
            // A setting of this connection that cannot fail; if it did, deleting would only take longer.
            try? script(SecretSQL.leave)
        }
        try body()
    }
}

extension DataSource {
    fileprivate func isSealed(with key: String) -> Bool {
        settings.sealedValues.allSatisfy { SealedText($0)?.keyID == key }
    }
}
