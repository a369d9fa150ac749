import Backends
import Fixtures
import Foundation
import Model
import Stages
import Testing

@Suite struct ExampleTests {
    @Test func `the example declaration is legal and shows every backend and kind`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("datasources.json")
        let declaration = try Declaration.parse(try Data(contentsOf: file), types: registeredBackends())
        #expect(Set(declaration.sources.map(\.type)) == Set(registeredBackends().map(\.name)))
        let kinds = declaration.objects.map(\.reference.kind) + declaration.patterns.map(\.kind)
        #expect(Set(kinds).count == 3)
        #expect(!declaration.patterns.isEmpty)
    }
}
