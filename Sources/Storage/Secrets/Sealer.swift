internal import Model

/// Seals and opens the secrets of data sources with the keys that are at hand, which are read once, when first needed.
///
/// Making a key and sealing belong into one write transaction: it keeps others from changing the key meanwhile.
final class Sealer {
    private let place: KeyPlace
    /// Whether anything is sealed: a key may then be missing, but never be the first.
    private let hasSealed: () throws -> Bool
    private var ring: Keyring?

    init(_ place: KeyPlace, hasSealed: @escaping () throws -> Bool) {
        self.place = place
        self.hasSealed = hasSealed
    }

    /// The settings as they are kept: no secret of them in the clear.
    ///
    /// A secret that is the one that is kept stays as it is sealed. What comes sealed must be what is kept.
    /// - Parameter before: what is kept now.
    /// - Throws: `.sealed`; `.catalogMoved` for a sealed value that is not kept (any more).
    func seal(
        _ settings: DataSourceSettings, of source: SourceID, over before: DataSourceSettings?
    ) throws -> DataSourceSettings {
        var sealed = settings
        for (name, value) in settings.parameters {
            let kept: SealedValue? = if case .sealed(let kept) = before?.parameters[name] { kept } else { nil }
            switch value {
            case .secret(let text):
                let use = SecretUse(source: source, name: settings.name, setting: name)
                sealed.parameters[name] = .sealed(try seal(text, for: use, unless: kept))
            case .sealed(let value):
                guard value == kept else { throw StoreError.catalogMoved }
            case .literal, .environment, .file, .command: break
            }
        }
        let url = settings.sourceURL
        if url.holdsSecret {
            let use = SecretUse(source: source, name: settings.name, setting: nil)
            sealed.sourceURL = SourceURL(
                sealed: try seal(url.raw, for: use, unless: before?.sourceURL.sealed), shown: url.shown)
        } else if let value = url.sealed, value != before?.sourceURL.sealed {
            throw StoreError.catalogMoved
        }
        return sealed
    }

    /// The settings with all secrets in the clear.
    ///
    /// - Throws: `.sealed`, which names source and setting.
    func open(_ settings: DataSourceSettings, of source: SourceID) throws(StoreError) -> DataSourceSettings {
        var opened = settings
        for (name, value) in settings.parameters {
            guard case .sealed(let value) = value else { continue }
            let use = SecretUse(source: source, name: settings.name, setting: name)
            opened.parameters[name] = .secret(try open(value, for: use))
        }
        if let value = settings.sourceURL.sealed {
            opened.sourceURL = SourceURL(
                try open(value, for: SecretUse(source: source, name: settings.name, setting: nil)))
        }
        return opened
    }

    /// Whether every value of the settings is sealed with a key that is at hand.
    func knowsKeys(of settings: DataSourceSettings) throws(StoreError) -> Bool {
        let ring = try keys("open the secrets of data source \"\(settings.name)\"")
        return settings.sealedValues.allSatisfy { SealedText($0).map { ring.key($0.keyID) != nil } ?? true }
    }

    private func seal(_ text: String, for use: SecretUse, unless kept: SealedValue?) throws -> SealedValue {
        let key = try presentKey("keep \(use.description)")
        if let kept, let parts = SealedText(kept), let old = ring?.key(parts.keyID), old.open(parts, for: use) == text {
            return kept
        }
        return try key.seal(text, for: use)
    }

    private func open(_ value: SealedValue, for use: SecretUse) throws(StoreError) -> String {
        let doing = "open \(use.description)"
        let ring = try keys(doing)
        let anew = "take the value away with `sluice source edit` and set it anew"
        guard let parts = SealedText(value) else {
            throw KeyFault("what the store keeps of it is damaged", advice: anew).error(doing)
        }
        guard let key = ring.key(parts.keyID) else {
            let fault =
                if let present = ring.present {
                    KeyFault(
                        "it is encrypted with the key \(parts.keyID), and \(place.description) holds \(present.id)",
                        advice: (place.isGiven ? place.howToGive : "put the right key back") + ", or \(anew)")
                } else {
                    KeyFault(
                        "\(place.description) is missing, and the store's secrets are encrypted with its key",
                        advice: "\(place.howToGive), or \(anew)")
                }
            throw fault.error(doing)
        }
        guard let text = key.open(parts, for: use) else {
            throw KeyFault("what the store keeps of it was changed by somebody else than sluice", advice: anew)
                .error(doing)
        }
        return text
    }

    private func presentKey(_ doing: String) throws -> SecretKey {
        let ring = try keys(doing)
        if let key = ring.present { return key }
        guard try !hasSealed() else {
            throw KeyFault(
                "\(place.description) is missing, and other secrets of the store are encrypted with its key",
                advice: "\(place.howToGive), or take all secrets away that `sluice key show` "
                    + "counts; the next one then makes a new key"
            ).error(doing)
        }
        do throws(KeyFault) {
            let key = try place.makeFirst()
            self.ring = Keyring(present: key, kept: [], older: ring.older)
            return key
        } catch {
            throw error.error(doing)
        }
    }

    private func keys(_ doing: String) throws(StoreError) -> Keyring {
        if let ring { return ring }
        do throws(KeyFault) {
            let loaded = try place.load()
            ring = loaded
            return loaded
        } catch {
            throw error.error(doing)
        }
    }
}

extension DataSourceSettings {
    /// All that is sealed of the settings.
    var sealedValues: [SealedValue] {
        let values = parameters.values.compactMap { value in
            if case .sealed(let sealed) = value { sealed } else { nil as SealedValue? }
        }
        return values + (sourceURL.sealed.map { [$0] } ?? [])
    }
}
