import Foundation
import GRDB
import Model
import Storage
import Testing

/// A store that has lost its database is not mistaken for a new one, whose superuser would be whoever comes first.
@Suite struct LostDatabases {
    private struct Folder {
        let test: TestStore
        let path: String

        init(holding names: [String] = []) throws {
            test = try TestStore()
            path = "\(test.folder)/inner"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            for name in names { try put(name, Data("something".utf8)) }
        }

        /// A name with a slash at its end is a folder.
        func put(_ name: String, _ data: Data = Data()) throws {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: name.hasSuffix("/") ? file : file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !name.hasSuffix("/") { try data.write(to: file) }
        }

        func open() throws -> SQLiteStore {
            try SQLiteStore.open(folder: path, creator: "intruder", at: TestStore.noon, clock: { TestStore.noon })
        }

        var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
    }

    @Test(arguments: ["secret.key", "cache/git/salt", "sluice.db-wal"], [false, true])
    func `a database that is missing or empty where a store was in use is refused`(
        _ remains: String, _ isEmptied: Bool
    ) throws {
        let folder = try Folder(holding: [remains])
        if isEmptied { try folder.put("sluice.db") }
        let before = try folder.files
        let name = remains.prefix { $0 != "/" }
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(
            error
                == .unavailable(
                    "the store \"\(folder.path)\" has lost its database: \"sluice.db\" is missing or empty beside \(name)"
                        + "\n-> put sluice.db back from a backup; to begin anew, use another store with --store, or move "
                        + "that away"))
        #expect(try folder.files == before, "nothing is made, and nothing is taken away")
    }

    @Test func `a store whose database was emptied is refused whoever asks`() async throws {
        let test = try TestStore()
        try await test.change(
            .addSource(
                DataSourceSettings(
                    name: SourceName(stored: "core"), type: "git", sourceURL: SourceURL("https://git.example/net.git"),
                    parameters: ["password": .secret("hunter2")])))
        try test.store.close()
        truncate(test.databaseFile, 0)
        #expect(throws: StoreError.self) { try test.reopened() }
    }

    @Test func `a database without a table is refused where a store was in use`() throws {
        let folder = try Folder(holding: ["secret.key"])
        try DatabaseQueue(path: "\(folder.path)/sluice.db").writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA journal_mode = WAL")
        }
        let error = #expect(throws: StoreError.self) { try folder.open() }
        #expect(error?.description.contains("has lost its database") == true)
    }

    @Test(arguments: [["sluice.db"], ["cache/"], ["sluice.db", "cache/"], ["sluice.db", "sluice.db-journal"]])
    func `a store whose making was cut short is made by the next opening`(_ names: [String]) async throws {
        let folder = try Folder()
        for name in names { try folder.put(name) }
        let store = try folder.open()
        #expect(try await store.users().map(\.name) == ["intruder"])
        try store.close()
    }

    @Test func `a new store is one by its database file alone`() async throws {
        let test = try TestStore()
        let folder = try Folder()
        test.store.leave()
        try FileManager.default.copyItem(atPath: test.databaseFile, toPath: "\(folder.path)/sluice.db")
        let store = try folder.open()
        #expect(try await store.users().map(\.name) == ["root"])
        try store.close()
    }

    @Test func `a backup is restored by its database and its key`() async throws {
        let test = try TestStore()
        _ = try await test.addSource("core")
        let folder = try Folder(holding: ["secret.key"])
        try await DatabaseQueue(path: test.databaseFile).writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: ["\(folder.path)/sluice.db"])
        }
        let store = try folder.open()
        #expect(try await store.dataSources().map(\.name.description) == ["core"])
        try store.close()
    }
}
