import Fixtures
import Foundation
import GRDB
import Model
import Testing

@testable import Storage

@Suite struct MigrationTests {
    private static let first = RevisionDetails(
        revision: Revision("r1"), author: "Ada <ada@example.net>", authoredAt: Timestamp(microseconds: 5),
        subject: "first")

    @Test func `a store of the first version is brought up to date with all that it holds`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", #"{"branch":"main"}"#)])
        let store = try old.open()
        let source = try #require(try await store.dataSource(named: SourceName(stored: "core")))
        #expect(source.settings.sourceURL == SourceURL("https://git.example/net.git"))
        #expect(source.settings.parameters == ["branch": .literal("main")])
        #expect(source.state.revision == Self.first)
        #expect(try await store.generations(of: source.id, limit: 9).map(\.revision) == [Self.first])
        let object = try #require(try await store.objects(of: nil).first)
        #expect(try await store.revisions(of: object.id).map(\.revision) == [Self.first])
        #expect(try await store.users().map(\.name) == ["root"])
    }

    @Test func `a store is brought up to date once`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", "{}")])
        try old.open().close()
        let store = try old.open()
        #expect(try await store.dataSources().map(\.name.description) == ["core"])
    }

    @Test func `the ref that led to a revision is kept wherever the revision is`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let revision = RevisionDetails(
            revision: Revision("r1"), author: "Ada", authoredAt: TestStore.noon, subject: "s", ref: "refs/tags/v1.2.3")
        let claim = try await test.claim(id)
        try await test.store.stage([.added(.text("1", at: RelativePath("a")))], under: claim)
        _ = try await test.store.commit(.with(.added(1), revision: revision), under: claim)
        try await test.change(.addObject(.template("leaf", source: "core", path: "a")))
        try await test.apply(.template("leaf"), "1")

        #expect(try await test.source("core").state.revision?.ref == "refs/tags/v1.2.3")
        #expect(try await test.store.generations(of: id, limit: 1).map(\.revision) == [revision])
        #expect(try await test.store.history(of: RelativePath("a"), in: id).map(\.since.revision) == [revision])
        let linked = try #require(try await test.linked(.template("leaf")))
        #expect(linked.broughtBy?.revision == revision)
        #expect(try await test.store.revisions(of: linked.object.id).first?.revision == revision)
    }

    @Test func `the secrets of the first version are sealed, and nothing is left of them in the clear`() async throws {
        let planted = [
            "clear-password", "clear-key", "clear-token", "clear-user", "older-password", "removed-password",
        ]
        let old = try Version1Store([
            "core": ("https://ada:clear-user@git.example/net.git", #"{"password":"older-password"}"#),
            "gone": ("https://git.example/net.git", #"{"password":"removed-password"}"#),
            "s3": (
                "s3://bucket",
                #"{"aws_access_key_id":"AK","aws_secret_access_key":"clear-key","aws_session_token":"clear-token"}"#
            ),
            "plain": ("https://git.example/net.git", #"{"branch":"main","password":{"env":"TOKEN"}}"#),
        ])
        try old.change(
            """
            UPDATE data_source SET parameters = '{"password":"clear-password"}' WHERE name = 'core';
            UPDATE data_source SET parameters = '{}' WHERE name = 'gone';
            """)
        for text in planted.prefix(4) { #expect(try !files(in: old.folder.path, holding: text).isEmpty, "\(text)") }

        let store = try old.open()
        for text in planted { #expect(try files(in: old.folder.path, holding: text).isEmpty, "\(text)") }
        #expect(try await store.keyStatus().isScrubDue == false)
        #expect(try await store.keyStatus().sealed.values.reduce(0, +) == 4)
        func opened(_ name: String) async throws -> DataSourceSettings {
            let source = try #require(try await store.dataSource(named: SourceName(stored: name)))
            return try await store.openedSettings(of: source)
        }
        let core = try await opened("core")
        #expect(core.sourceURL.raw == "https://ada:clear-user@git.example/net.git")
        #expect(core.parameters == ["password": .secret("clear-password")])
        #expect(
            try await opened("s3").parameters == [
                "aws_access_key_id": .literal("AK"), "aws_secret_access_key": .secret("clear-key"),
                "aws_session_token": .secret("clear-token"),
            ])
        #expect(
            try await opened("plain").parameters == ["branch": .literal("main"), "password": .environment("TOKEN")])
        try store.close()
        for text in planted { #expect(try files(in: old.folder.path, holding: text).isEmpty, "\(text)") }
    }

    @Test func `a scrub that could not be done is done by the next opening`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", #"{"password":"clear-password"}"#)])
        // Somebody reads: what they see stays in the file, so it cannot be scrubbed.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: old.path, configuration: configuration)
        try reader.inDatabase { database in
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM data_source")
        }
        let store = try old.open()
        #expect(try await store.keyStatus().isScrubDue)
        try reader.inDatabase { try $0.execute(sql: "COMMIT") }
        try reader.close()
        try store.close()
        let next = try old.open()
        #expect(try await !next.keyStatus().isScrubDue)
        #expect(try files(in: old.folder.path, holding: "clear-password").isEmpty)
    }

    @Test func `without a usable key an older store's secrets stay where they are`() async throws {
        let old = try Version1Store(["core": ("https://git.example/net.git", #"{"password":"clear-password"}"#)])
        #expect(throws: StoreError.self) {
            try SQLiteStore.open(
                folder: old.folder.path, creator: "root", environment: ["SLUICE_SECRET_KEY": "short"],
                at: TestStore.noon, clock: { TestStore.noon })
        }
        let store = try old.open()
        let source = try #require(try await store.dataSources().first)
        #expect(try await store.openedSettings(of: source).parameters == ["password": .secret("clear-password")])
    }
}
