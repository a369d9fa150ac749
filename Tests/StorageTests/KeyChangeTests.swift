import Fixtures
import Foundation
import Model
import Testing

@testable import Storage

@Suite struct KeyChanges {
    private func keysInFile(_ secret: SecretStore) throws -> [SecretKey] {
        try #require(try KeyFile(path: secret.keyFile).read())
    }

    @Test func `a changed key opens everything, and the old one nothing`() async throws {
        let secret = try await SecretStore()
        let old = try #require(FileManager.default.contents(atPath: secret.keyFile))
        let before = try await secret.test.source("core").settings.sealedValues
        let oldID = try await secret.test.store.keyStatus().id
        let change = try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon)
        #expect(change.isNew && change.count == 2 && change.id != oldID)
        #expect(try await secret.opened() == SecretStore.settings)
        #expect(try keysInFile(secret).map(\.id) == [change.id])
        let status = try await secret.test.store.keyStatus()
        #expect(status.isSettled && status.sealed == [change.id: 2])
        for value in before {
            #expect(try files(in: secret.test.folder, holding: value.text).isEmpty, "what the old key sealed is there")
        }
        try old.write(to: URL(fileURLWithPath: secret.keyFile))
        #expect(try await secret.refusal().contains("it is encrypted with the key \(change.id)"))
    }

    @Test func `changing the key is told in the audit log`() async throws {
        let secret = try await SecretStore()
        let change = try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon)
        let entry = try #require(try await secret.test.store.auditRows(before: nil, limit: 1).first?.entry)
        #expect(entry.action == "rotate" && entry.type == .configRevision && entry.actor == TestStore.actor)
        #expect(entry.detail.contains(change.id))
    }

    @Test(arguments: [false, true])
    func `a change that was interrupted leaves everything open, and the next one completes it`(
        isSealedAnew: Bool
    ) async throws {
        let secret = try await SecretStore()
        let old = try keysInFile(secret)[0]
        let new = SecretKey()
        let place = KeyPlace(folder: secret.test.folder, environment: [:])
        if isSealedAnew {
            // Died after the transaction, before the old key was forgotten.
            _ = try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon)
            try KeyFile(path: secret.keyFile).write(try keysInFile(secret) + [old])
        } else {
            // Died after the new key was written, before the transaction.
            try KeyFile(path: secret.keyFile).write([new, old])
        }
        #expect(try place.load().kept.map(\.id) == [old.id])
        #expect(try await secret.opened() == SecretStore.settings)
        #expect(try await !secret.test.store.keyStatus().isSettled)
        let present = try keysInFile(secret)[0].id
        let change = try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon)
        #expect(change.id == present && !change.isNew && change.count == (isSealedAnew ? 0 : 2))
        #expect(try keysInFile(secret).map(\.id) == [present])
        #expect(try await secret.opened() == SecretStore.settings)
    }

    @Test func `the key is not changed while a secret cannot be opened`() async throws {
        let secret = try await SecretStore()
        let before = FileManager.default.contents(atPath: secret.keyFile)
        try secret.tamper("UPDATE data_source SET sealed_url = '1:0011223344556677:AAAA'")
        await #expect(throws: StoreError.self) {
            try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon)
        }
        #expect(FileManager.default.contents(atPath: secret.keyFile) == before)
    }

    @Test func `with a key from the environment everything is sealed with that one`() async throws {
        let secret = try await SecretStore()
        let given = [1, 2].map { Data(repeating: UInt8($0), count: 32).base64EncodedString() }
        let first = try secret.reopened(["SLUICE_SECRET_KEY": given[0]])
        let change = try await first.rotateKey(by: TestStore.actor, at: TestStore.noon)
        #expect(!change.isNew && change.count == 2)
        try FileManager.default.removeItem(atPath: secret.keyFile)
        #expect(try await secret.opened(in: first) == SecretStore.settings)

        let without = try secret.reopened(["SLUICE_SECRET_KEY": given[1]])
        #expect(try await secret.refusal(without).contains("it is encrypted with the key \(change.id)"))
        let second = try secret.reopened(["SLUICE_SECRET_KEY": given[1], "SLUICE_SECRET_KEY_PREVIOUS": given[0]])
        #expect(try await second.rotateKey(by: TestStore.actor, at: TestStore.noon).count == 2)
        #expect(try await secret.opened(in: without) == SecretStore.settings)
    }

    @Test func `a key file that is named is changed where it is`() async throws {
        let test = try TestStore()
        let folder = try TemporaryFolder()
        let file = try folder.write("key", SecretKey().base64 + "\n", mode: 0o600)
        try folder.link("link", to: file)
        let store = try SQLiteStore.open(
            folder: test.folder, creator: "root",
            environment: ["SLUICE_SECRET_KEY_FILE": folder.path(of: "link")], at: TestStore.noon,
            clock: { TestStore.noon })
        try await store.change(
            [.addSource(SecretStore.settings)], expecting: nil, by: TestStore.actor, at: TestStore.noon)
        let change = try await store.rotateKey(by: TestStore.actor, at: TestStore.noon)
        #expect(try KeyFile(path: file).read()?.map(\.id) == [change.id])
        let source = try #require(try await store.dataSource(named: SecretStore.settings.name))
        #expect(try await store.openedSettings(of: source) == SecretStore.settings)
    }

    @Test func `secrets come, are used and change their key at the same time`() async throws {
        let secret = try await SecretStore()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<3 {
                let store = try secret.test.reopened()
                group.addTask {
                    for round in 0..<12 {
                        var settings = SecretStore.settings
                        settings.name = SourceName(stored: "s\(worker)-\(round)")
                        settings.parameters["password"] = .secret("secret \(worker) \(round)")
                        try await store.change(
                            [.addSource(settings)], expecting: nil, by: TestStore.actor, at: TestStore.noon)
                        let source = try #require(try await store.dataSource(named: settings.name))
                        #expect(try await store.openedSettings(of: source) == settings)
                    }
                }
            }
            for _ in 0..<2 {
                let store = try secret.test.reopened()
                group.addTask {
                    for _ in 0..<10 { _ = try await store.rotateKey(by: TestStore.actor, at: TestStore.noon) }
                }
            }
            try await group.waitForAll()
        }
        for source in try await secret.test.store.dataSources() {
            #expect(try await !secret.test.store.openedSettings(of: source).isSealed)
        }
        #expect(try await secret.test.store.rotateKey(by: TestStore.actor, at: TestStore.noon).count > 0)
        #expect(try keysInFile(secret).count == 1)
    }
}
