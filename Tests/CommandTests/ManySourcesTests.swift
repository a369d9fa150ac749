import Fixtures
import Model
import Synchronization
import Testing

@testable import sluice

/// Several data sources synced at once.
@Suite struct ManySourcesTests {
    @Test func `sources are told of in their order, and one that fails stops no other`() throws {
        let program = try Program()
        let names = (0..<20).map { "disk-\($0 < 10 ? "0" : "")\($0)" }
        for (number, name) in names.enumerated() {
            // The first ones take the longest.
            for file in 0...(number < 3 ? 300 : 1) { try program.root.write("\(name)/\(file).yaml", "a: \(file)\n") }
            let url = program.root.path(of: number == 5 ? "missing" : name)
            #expect(try program.sluice("source", "add", name, "--type", "local", "--url", url).status == 0)
        }
        let synced = try program.sluice("sync", "--all", "--format", "json")
        #expect(synced.status == 3)
        let json = try synced.json()
        #expect(names.indices.allSatisfy { json[$0]?["source"] == .string(names[$0]) })
        #expect(json[5]?["outcome"] == "failed")
        #expect(names.indices.allSatisfy { $0 == 5 || json[$0]?["outcome"] == "synced" })
        let again = try program.sluice("sync", "--all")
        #expect(again.output.split(separator: "\n").map { String($0.prefix(7)) } == names.filter { $0 != "disk-05" })
    }

    @Test func `unchanged git sources on one server share connections and cost a request each`() throws {
        let server = try GitServer()
        let proxy = try FaultyProxy(to: server.web.port.number)
        let program = try Program()
        for number in 0..<20 {
            _ = try server.repository("s\(number)") { commit("a.yaml", "a: \(number)\n") }
            let url = "\(proxy.url)/s\(number).git"
            #expect(try program.sluice("source", "add", "s\(number)", "--type", "git", "--url", url).status == 0)
        }
        #expect(try program.sluice("sync", "--all").status == 0)
        let (connections, requests) = (proxy.connectionCount, proxy.requests.count)
        #expect(try program.sluice("sync", "--all").status == 0)
        #expect(proxy.requests.count - requests == 20)
        #expect(proxy.connectionCount - connections <= 8)
    }

    @Test func `results come in order, and no more work than is allowed is under way`() async throws {
        let under = Mutex((now: 0, most: 0))
        let turns = (0..<4).map { _ in AsyncStream.makeStream(of: Void.self) }
        var taken: [Int] = []
        try await inOrder(Array(0..<12), atOnce: 4) { number in
            under.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            // Of the first four each waits for the one after it, so that they end in reverse.
            if number < 3 { for await _ in turns[number].stream { break } }
            if (1..<4).contains(number) { turns[number - 1].continuation.yield() }
            under.withLock { $0.now -= 1 }
            return number
        } take: {
            taken.append($0)
        }
        #expect(taken == Array(0..<12))
        #expect(under.withLock { $0.most } <= 4)
    }

    @Test func `an error ends the work that is under way`() async throws {
        struct Broken: Error {}
        var taken: [Int] = []
        await #expect(throws: Broken.self) {
            try await inOrder([0, 1, 2], atOnce: 2) { number in
                if number == 1 { throw Broken() }
                // Ends by being cancelled only.
                let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
                for await _ in stream {}
                withExtendedLifetime(continuation) {}
                try Task.checkCancellation()
                return number
            } take: {
                taken.append($0)
            }
        }
        #expect(taken.isEmpty)
    }
}
