import Foundation
import Model
import Testing

@testable import Storage

@Suite struct Sealing {
    @Test func `a secret is in no file of the store, and opens again`() async throws {
        let secret = try await SecretStore()
        for text in [SecretStore.password, "url-user-secret"] {
            #expect(try files(in: secret.test.folder, holding: text).isEmpty, "\(text)")
        }
        let kept = try await secret.test.source("core").settings
        #expect(kept.sourceURL.raw == "https://***@git.example/net.git")
        #expect(kept.isSealed)
        #expect(try await secret.opened() == SecretStore.settings)
    }

    @Test func `a store without a secret has no key`() async throws {
        let test = try TestStore()
        _ = try await test.addSource("plain")
        #expect(!FileManager.default.fileExists(atPath: "\(test.folder)/secret.key"))
        #expect(try await test.store.keyStatus().id == nil)
    }

    @Test func `the key file is its owner's alone`() async throws {
        let secret = try await SecretStore()
        let mode = try FileManager.default.attributesOfItem(atPath: secret.keyFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `two secrets of the same text are kept differently`() async throws {
        let secret = try await SecretStore()
        var other = SecretStore.settings
        other.name = SourceName(stored: "other")
        try await secret.test.change(.addSource(other))
        let values = try await ["core", "other"].asyncMap { name in
            try await secret.test.source(name).settings.sealedValues
        }.flatMap(\.self)
        #expect(Set(values).count == 4)
    }

    @Test func `a secret that is edited or removed was never in the clear`() async throws {
        let secret = try await SecretStore()
        let id = try await secret.test.source("core").id
        var settings = SecretStore.settings
        settings.parameters["password"] = .secret("another-password")
        try await secret.test.change(.changeSource(id, settings))
        #expect(try await secret.opened().parameters["password"] == .secret("another-password"))
        settings.parameters["password"] = nil
        settings.sourceURL = SourceURL("https://git.example/net.git")
        try await secret.test.change(.changeSource(id, settings))
        #expect(try await !secret.test.source("core").settings.isSealed)
        for text in [SecretStore.password, "another-password", "url-user-secret"] {
            #expect(try files(in: secret.test.folder, holding: text).isEmpty, "\(text)")
        }
    }

    @Test func `what is kept sealed may be given back, by whoever read it last`() async throws {
        let secret = try await SecretStore()
        let source = try await secret.test.source("core")
        var settings = source.settings
        settings.description = "moved"
        settings.name = SourceName(stored: "renamed")
        try await secret.test.change(.changeSource(source.id, settings))
        #expect(try await secret.opened("renamed").parameters["password"] == .secret(SecretStore.password))
        var new = SecretStore.settings
        new.name = settings.name
        new.parameters["password"] = .secret("new")
        try await secret.test.change(.changeSource(source.id, new))
        await #expect(throws: StoreError.catalogMoved) {
            try await secret.test.change(.changeSource(source.id, settings))
        }
    }

    @Test func `a secret that is given again stays as it is kept`() async throws {
        let secret = try await SecretStore()
        let source = try await secret.test.source("core")
        var settings = SecretStore.settings
        settings.description = "changed"
        try await secret.test.change(.changeSource(source.id, settings))
        let after = try await secret.test.source("core").settings
        #expect(Set(after.sealedValues) == Set(source.settings.sealedValues))
        #expect(try await secret.test.store.auditRows(before: nil, limit: 1).first?.entry.detail == "description")
    }

    @Test(arguments: [
        "UPDATE data_source SET parameters = replace(parameters, '\"password\"', '\"pass\"')",
        "UPDATE data_source SET id = id + 100",
        "UPDATE data_source SET parameters = json_set(parameters, '$.password.sealed', sealed_url)",
        "UPDATE data_source SET parameters = replace(parameters, ':', ':A')",
    ])
    func `a secret opens for nothing but what it was given for`(_ sql: String) async throws {
        let secret = try await SecretStore()
        do { try secret.tamper(sql) } catch { return }  // Not even the form of the row is left.
        do {
            let opened = try await secret.opened()
            Issue.record("it opened as \(opened.parameters.keys)")
        } catch StoreError.sealed(let reason) {
            #expect(reason.contains("data source \"core\""))
        } catch StoreError.unavailable(let reason) {
            #expect(reason.contains("damaged"))
        }
    }

    @Test func `whoever changes one byte of it is found out`() async throws {
        let secret = try await SecretStore()
        let sealed = try #require(try await secret.test.source("core").settings.sourceURL.sealed)
        let parts = try #require(SealedText(sealed))
        for index in parts.box.indices {
            var box = parts.box
            box[index] ^= 1
            try secret.tamper(
                "UPDATE data_source SET sealed_url = '\(SealedText(keyID: parts.keyID, box: box).value.text)'")
            let reason = try await secret.refusal()
            #expect(reason.hasPrefix("cannot open the URL of data source \"core\": what the store keeps of it was"))
        }
    }
}

extension Sequence where Element: Sendable {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
