import Foundation
import GRDB
import Model
import Storage
import Testing

/// How a process opens its connections, and how it leaves a store to the next.
@Suite struct Leaving {
    private func log(of test: TestStore) throws -> Int {
        try #require(
            FileManager.default.attributesOfItem(atPath: test.databaseFile + "-wal")[.size] as? Int)
    }

    @Test func `a short log stays for the next process, and nothing in it is lost`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        let before = try log(of: test)
        test.store.leave()
        #expect(try log(of: test) == before)
        #expect(before > 0 && before < 1 << 20)
        // As after the end of the process, which takes nothing along but what is in files.
        let copy = "\(test.folder)/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
        for file in ["sluice.db", "sluice.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(test.folder)/\(file)", toPath: "\(copy)/\(file)")
        }
        let next = try SQLiteStore.open(
            folder: copy, creator: "somebody else", at: TestStore.noon, clock: { TestStore.noon })
        #expect(try await next.files(of: id, at: nil, after: nil, limit: 9).map(\.path.string) == ["a"])
        try next.close()
    }

    @Test func `a long log is moved into the database by whoever leaves`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, (0..<100).map { ("\($0)", String(repeating: "\($0) ", count: 8_000)) })
        #expect(try log(of: test) > 1 << 20)
        test.store.leave()
        #expect(try log(of: test) == 0)
        let store = try test.reopened()
        #expect(try await store.files(of: id, at: nil, after: nil, limit: 1_000).count == 100)
        try store.close()
    }

    @Test func `reads that follow one another share a connection`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        for _ in 0..<200 { _ = try await test.store.files(of: id, at: nil, after: nil, limit: 9) }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { descriptor in
            // Some are closed meanwhile, by tests beside this one.
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)"))
                == test.databaseFile
        }
        #expect(open.count == 2, "one that writes, one that reads")
    }

    @Test func `a store is opened and read while somebody writes`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: test.databaseFile, configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        // It waits for ten seconds where it has to, and gives up then.
        let store = try test.reopened()
        #expect(try await store.files(of: id, at: nil, after: nil, limit: 9).map(\.path.string) == ["a"])
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try store.close()
    }
}
