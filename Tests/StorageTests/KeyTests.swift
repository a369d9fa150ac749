import Fixtures
import Foundation
import Model
import Testing

@testable import Storage

@Suite struct Keys {
    private static let givenKey = Data(repeating: 7, count: 32).base64EncodedString()

    /// Everything but using a secret works without the key.
    private func expectUsableWithoutKey(_ secret: SecretStore) async throws {
        let store = try secret.test.reopened()
        #expect(try await store.dataSources().map(\.settings.sourceURL.shown) == ["https://***@git.example/net.git"])
        #expect(try await store.catalog().sources.count == 1)
        let source = try await secret.test.source("core")
        var settings = source.settings
        settings.description += "."
        try await store.change(
            [.changeSource(source.id, settings)], expecting: nil, by: TestStore.actor, at: TestStore.noon)
    }

    @Test func `a key file that others may read is refused`() async throws {
        let secret = try await SecretStore()
        for mode in [0o640, 0o604, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret.keyFile)
            let reason = try await secret.refusal()
            #expect(reason.contains("may be read or written by others, its mode is \(String(mode, radix: 8))"))
            #expect(reason.contains("data source \"core\""))
            try await expectUsableWithoutKey(secret)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.keyFile)
        #expect(try await secret.refusal() == "")
    }

    @Test func `a key file that is not whole is refused`() async throws {
        let secret = try await SecretStore()
        let whole = try #require(FileManager.default.contents(atPath: secret.keyFile))
        for content in [
            Data(), Data("# nothing\n".utf8), whole.dropLast(9), Data("c2hvcnQ=\n".utf8), whole + whole.dropLast(3),
        ] {
            try content.write(to: URL(fileURLWithPath: secret.keyFile))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.keyFile)
            let reason = try await secret.refusal()
            #expect(reason.contains("is empty") || reason.contains("is damaged"), "\(reason)")
            try await expectUsableWithoutKey(secret)
        }
    }

    @Test func `without the key file nothing opens, and no other key is made`() async throws {
        let secret = try await SecretStore()
        try FileManager.default.removeItem(atPath: secret.keyFile)
        let reason = try await secret.refusal()
        #expect(reason.contains("secret.key\" is missing") && reason.contains("put the file back"))
        try await expectUsableWithoutKey(secret)
        var other = SecretStore.settings
        other.name = SourceName(stored: "other")
        await #expect(throws: StoreError.self) { try await secret.test.change(.addSource(other)) }
        #expect(!FileManager.default.fileExists(atPath: secret.keyFile))
        #expect(try await secret.test.store.dataSources().count == 1)

        // The way out: take the old secrets away, then give new ones.
        let source = try await secret.test.source("core")
        var settings = source.settings
        settings.parameters["password"] = nil
        settings.sourceURL = SourceURL("https://git.example/net.git")
        try await secret.test.change(.changeSource(source.id, settings))
        try await secret.test.change(.addSource(other))
        #expect(try await secret.opened("other").parameters["password"] == .secret(SecretStore.password))
    }

    @Test func `another key is told from the right one`() async throws {
        let secret = try await SecretStore()
        let right = try await secret.test.store.keyStatus().id
        let store = try secret.reopened(["SLUICE_SECRET_KEY": Self.givenKey])
        // The store's own file still opens what it sealed.
        #expect(try await secret.refusal(store) == "")
        try FileManager.default.removeItem(atPath: secret.keyFile)
        let reason = try await secret.refusal(store)
        #expect(reason.contains("it is encrypted with the key \(right ?? "?")"))
        #expect(reason.contains("the environment variable SLUICE_SECRET_KEY holds"))
    }

    @Test func `a key from the environment seals, and leaves no key file`() async throws {
        let test = try TestStore()
        let folder = try TemporaryFolder()
        let file = try folder.write("key", Self.givenKey + "\n", mode: 0o600)
        for environment in [["SLUICE_SECRET_KEY": Self.givenKey], ["SLUICE_SECRET_KEY_FILE": file]] {
            let store = try SQLiteStore.open(
                folder: test.folder, creator: "root", environment: environment, at: TestStore.noon,
                clock: { TestStore.noon })
            var settings = SecretStore.settings
            settings.name = SourceName(stored: environment.keys.first ?? "")
            try await store.change([.addSource(settings)], expecting: nil, by: TestStore.actor, at: TestStore.noon)
            let source = try #require(try await store.dataSource(named: settings.name))
            #expect(try await store.openedSettings(of: source) == settings)
        }
        #expect(!FileManager.default.fileExists(atPath: "\(test.folder)/secret.key"))
        #expect(try files(in: test.folder, holding: Self.givenKey).isEmpty)
    }

    @Test func `a key in the environment that makes no sense is refused, and is not shown`() async throws {
        let secret = try await SecretStore()
        let folder = try TemporaryFolder()
        let open = try folder.write("open", Self.givenKey, mode: 0o644)
        for (environment, expected) in [
            (["SLUICE_SECRET_KEY": "c2hvcnQ="], "SLUICE_SECRET_KEY does not hold a key"),
            (["SLUICE_SECRET_KEY": Self.givenKey, "SLUICE_SECRET_KEY_PREVIOUS": "nonsense"], "PREVIOUS does not hold"),
            (["SLUICE_SECRET_KEY": Self.givenKey, "SLUICE_SECRET_KEY_FILE": "/x"], "both SLUICE_SECRET_KEY and"),
            (["SLUICE_SECRET_KEY_FILE": folder.path(of: "none")], "which SLUICE_SECRET_KEY_FILE names, does not exist"),
            (["SLUICE_SECRET_KEY_FILE": folder.path], "is not a file"),
            (["SLUICE_SECRET_KEY_FILE": open], "may be read or written by others"),
        ] {
            let reason = try await secret.refusal(try secret.reopened(environment))
            #expect(reason.contains(expected), "\(reason)")
            #expect(!reason.contains("c2hvcnQ=") && !reason.contains(Self.givenKey) && !reason.contains("nonsense"))
        }
    }
}
