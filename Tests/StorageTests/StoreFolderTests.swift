import Foundation
import GRDB
import Model
import Storage
import Testing

@Suite struct StoreFolders {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func open(_ folder: String) throws -> SQLiteStore {
        try SQLiteStore.open(folder: folder, creator: "root", at: TestStore.noon, clock: { TestStore.noon })
    }

    @Test func `a new store is for its owner's eyes only`() async throws {
        let test = try TestStore()
        _ = try await test.addSource("core")
        #expect(try mode(test.folder) == 0o700)
        for file in ["sluice.db", "sluice.db-wal", "sluice.db-shm"] {
            #expect(try mode("\(test.folder)/\(file)") == 0o600, "\(file)")
        }
    }

    @Test func `a folder that is there keeps its mode`() throws {
        let test = try TestStore()
        let folder = "\(test.folder)/inner"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: folder)
        try open(folder).close()
        #expect(try mode(folder) == 0o750)
        #expect(try mode("\(folder)/sluice.db") == 0o600)
    }

    @Test func `what was kept is there after closing and opening`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        try test.store.close()
        let store = try test.reopened()
        #expect(try await store.files(of: id, at: nil, after: nil, limit: 9).map(\.path.string) == ["a"])
        #expect(try await store.users().map(\.name) == ["root"])
    }

    @Test func `a store of a newer program is refused and left alone`() throws {
        let test = try TestStore()
        try DatabaseQueue(path: test.databaseFile).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(throws: StoreError.tooNew(path: test.databaseFile)) { try open(test.folder) }
    }

    @Test func `the database of another program is refused`() throws {
        let test = try TestStore()
        let folder = "\(test.folder)/other"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try DatabaseQueue(path: "\(folder)/sluice.db").write {
            try $0.execute(sql: "CREATE TABLE t (a); PRAGMA user_version = 3")
        }
        #expect(throws: StoreError.unavailable("the file \"\(folder)/sluice.db\" belongs to another program")) {
            try open(folder)
        }
    }

    @Test func `what is no database or no folder is refused`() throws {
        let test = try TestStore()
        let folder = "\(test.folder)/junk"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Data(repeating: 0x41, count: 9_000).write(to: URL(fileURLWithPath: "\(folder)/sluice.db"))
        let error = #expect(throws: StoreError.self) { try open(folder) }
        let reason = "the file \"\(folder)/sluice.db\" is not a store, or it is damaged\n-> restore it from a backup"
        #expect(error?.description.hasPrefix(reason) == true)
        #expect(throws: StoreError.unavailable("cannot open the store \"\(folder)/sluice.db\": it is not a folder")) {
            try open("\(folder)/sluice.db")
        }
        #expect(throws: StoreError.self) { try open("\(folder)/sluice.db/below") }
    }

    @Test func `a store that is opened for the first time by many at once is made once`() async throws {
        let test = try TestStore()
        let folder = "\(test.folder)/raced"
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? open(folder)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 8)
        let users = try await open(folder).users()
        #expect(users.map(\.name) == ["root"])
    }
}
