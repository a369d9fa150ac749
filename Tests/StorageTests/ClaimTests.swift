import Model
import Storage
import Testing

@Suite struct Claims {
    @Test func `a running claim refuses another one and names its holder`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        _ = try await test.claim(id)
        await #expect(
            throws: StoreError.claimed(SourceName(stored: "core"), by: TestStore.holder, since: TestStore.noon)
        ) { try await test.claim(id, by: TestStore.otherHolder) }
        await #expect(throws: StoreError.notFound("data source with the number 99")) {
            try await test.claim(SourceID(99))
        }
    }

    @Test func `a claim whose lease has ended is taken over, and its holder is fenced off`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let lost = try await test.claim(id)
        try await test.store.stage([.added(.text("1", at: RelativePath("a")))], under: lost)
        let later = TestStore.noon.advanced(by: .seconds(60))
        let taken = try await test.store.claim(
            id, by: TestStore.otherHolder, replacing: nil, at: later, lease: .seconds(60))
        #expect(taken.number > lost.number)

        let fenced = StoreError.claimLost(SourceName(stored: "core"))
        await #expect(throws: fenced) {
            try await test.store.stage([.added(.text("2", at: RelativePath("b")))], under: lost)
        }
        await #expect(throws: fenced) { try await test.store.stage([], under: lost) }
        await #expect(throws: fenced) { try await test.store.commit(.with(.added(2)), under: lost) }
        await #expect(throws: fenced) { try await test.store.renew(lost, until: later) }
        await #expect(throws: fenced) { try await test.store.settle(lost, at: later) }
        try await test.store.abandon(lost, failure: "gone", at: later, audit: .sync)
        #expect(try await test.source("core").state.lastError == nil)

        _ = try await test.store.commit(.with(ChangeCounts()), under: taken)
        #expect(try await test.contents(id) == [])
    }

    @Test func `a lease is over exactly at its end, and renewing moves it`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let claim = try await test.claim(id)
        try await test.store.renew(claim, until: TestStore.noon.advanced(by: .seconds(120)))
        await #expect(throws: StoreError.self) {
            try await test.store.claim(
                id, by: TestStore.otherHolder, replacing: nil, at: TestStore.noon.advanced(by: .seconds(119)),
                lease: .seconds(60))
        }
        _ = try await test.store.claim(
            id, by: TestStore.otherHolder, replacing: nil, at: TestStore.noon.advanced(by: .seconds(120)),
            lease: .seconds(60))
    }

    @Test func `a holder that is known to be dead is replaced, another one is not`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        _ = try await test.claim(id)
        await #expect(throws: StoreError.self) {
            try await test.store.claim(
                id, by: TestStore.otherHolder, replacing: TestStore.otherHolder, at: TestStore.noon, lease: .seconds(60)
            )
        }
        _ = try await test.store.claim(
            id, by: TestStore.otherHolder, replacing: TestStore.holder, at: TestStore.noon, lease: .seconds(60))
    }

    @Test func `what a dead sync staged is discarded by the next claim`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1"), ("b", "1")])
        let dead = try await test.claim(id)
        try await test.store.stage(
            [
                .modified(.text("2", at: RelativePath("a"))), .removed(RelativePath("b")),
                .added(.text("3", at: RelativePath("c"))), .added(.text("1", at: RelativePath("d"))),
            ], under: dead)
        #expect(try await test.store.loadContent(.of("3"), limit: 9) == Array("3".utf8))

        _ = try await test.store.claim(
            id, by: TestStore.otherHolder, replacing: TestStore.holder, at: TestStore.noon, lease: .seconds(1))
        #expect(try await test.contents(id) == ["a=1", "b=1"])
        for text in ["2", "3"] {
            await #expect(throws: StoreError.self) { try await test.store.loadContent(.of(text), limit: 9) }
        }
        let next = try await test.store.claim(
            id, by: TestStore.holder, replacing: TestStore.otherHolder, at: TestStore.noon, lease: .seconds(1))
        _ = try await test.store.commit(.with(ChangeCounts()), under: next)
        #expect(try await test.contents(id) == ["a=1", "b=1"])
        #expect(try await test.source("core").state.generation == Generation(1))
    }

    @Test func `abandoning discards what was staged and gives the claim back`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        let claim = try await test.claim(id)
        try await test.store.stage([.modified(.text("2", at: RelativePath("a")))], under: claim)
        try await test.store.abandon(claim, failure: "the remote broke", at: TestStore.noon, audit: .sync)

        let state = try await test.source("core").state
        #expect(state.status == .failed)
        #expect(state.lastError == "the remote broke")
        #expect(try await test.contents(id) == ["a=1"])
        await #expect(throws: StoreError.self) { try await test.store.loadContent(.of("2"), limit: 9) }
        try await test.sync(id, [("a", "3")])
        #expect(try await test.source("core").state.lastError == nil)
    }

    @Test func `settling notes the time and gives the claim back`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        try await test.sync(id, [("a", "1")])
        let later = TestStore.noon.advanced(by: .seconds(5))
        try await test.store.settle(try await test.claim(id), at: later)
        let state = try await test.source("core").state
        #expect(state.lastSynced == later)
        #expect(state.revision == .commit("r"))
        #expect(state.status == .completed)
        _ = try await test.claim(id)
    }

    @Test func `a source is syncing only while the lease runs`() async throws {
        let test = try TestStore(clock: { TestStore.noon.advanced(by: .seconds(61)) })
        let id = try await test.addSource("core").id
        _ = try await test.claim(id)
        #expect(try await test.source("core").state.status == .new)
    }

    @Test func `of two processes that claim at once exactly one wins`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let other = try test.reopened()
        for _ in 0..<20 {
            let claims = await withTaskGroup(of: Claim?.self, returning: [Claim].self) { group in
                for (store, holder) in [(test.store, TestStore.holder), (other, TestStore.otherHolder)] {
                    group.addTask {
                        try? await store.claim(id, by: holder, replacing: nil, at: TestStore.noon, lease: .seconds(60))
                    }
                }
                return await group.reduce(into: []) { claims, claim in claims += claim.map { [$0] } ?? [] }
            }
            #expect(claims.count == 1)
            for claim in claims { try await test.store.settle(claim, at: TestStore.noon) }
        }
    }

    @Test func `a cancelled task can still give its claim back`() async throws {
        let test = try TestStore()
        let id = try await test.addSource("core").id
        let claim = try await test.claim(id)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await test.store.abandon(claim, failure: "cancelled", at: TestStore.noon, audit: .sync)
        }
        task.cancel()
        try await task.value
        #expect(try await test.source("core").state.status == .failed)
    }
}
