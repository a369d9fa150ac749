import Backends
import Fixtures
import Model
import Stages
import Testing

@Suite struct CatalogEdits {
    private func local(_ name: String, _ path: String) -> DataSourceSettings {
        DataSourceSettings(name: SourceName(stored: name), type: "local", sourceURL: SourceURL(path))
    }

    @Test func `a source outside the local roots is refused whoever asks, one that is there can be edited`()
        async throws
    {
        let bench = try await Bench()
        let (inside, outside) = (bench.folder.path(of: "inside"), bench.folder.path(of: "outside"))
        try bench.folder.write("inside/a", "1")
        try bench.folder.write("outside/a", "1")
        try await bench.change(.addSource(local("early", outside)), .addSource(local("good", inside)))
        try await bench.store.change(.localRoots([inside]), by: AuditActor(name: "root"), at: bench.now())
        func id(_ name: String) async throws -> SourceID {
            try #require(try await bench.store.dataSource(named: SourceName(name))?.id)
        }
        let (early, good) = (try await id("early"), try await id("good"))
        for change in [
            CatalogChange.addSource(local("bad", outside)), .changeSource(good, local("good", outside)),
        ] {
            let error = await #expect(throws: BackendError.self) {
                try await bench.editing(by: bench.admin) { _ in [change] }
            }
            #expect(error?.reason.contains("\"\(outside)\"") == true)
        }
        var described = local("early", outside)
        described.description = "of old"
        try await bench.editing(by: bench.admin) { [described] _ in [.changeSource(early, described)] }
        #expect(try await bench.store.dataSource(named: SourceName("early"))?.settings.description == "of old")
        #expect(try await bench.store.dataSources().count == 3)
    }

    @Test func `what somebody else changed meanwhile is looked at again`() async throws {
        let bench = try await Bench()
        var versions: [Int64] = []
        try await bench.editing(by: bench.admin) { contents in
            versions.append(contents.version)
            if versions.count == 1 { try await bench.link("leaf", to: "leaf.j2") }
            return contents.objects.map { .removeObject($0.id) }
        }
        #expect(versions.count == 2)
        #expect(try await bench.store.object(Bench.template("leaf")) == nil)
    }
}
