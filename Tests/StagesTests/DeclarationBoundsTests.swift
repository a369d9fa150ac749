import Model
import Stages
import Testing

@Suite struct DeclarationBoundsTests {
    @Test func `a list of more elements than memory has room for is one fault`() {
        let text = "{\"data_sources\":[" + String(repeating: "0,", count: 100_000) + "0]}"
        let invalid = #expect(throws: Declaration.Invalid.self) { try Declaration.parse(text.utf8, types: []) }
        #expect(invalid?.faults.map(\.reason) == ["has more than 100000 elements"])
        #expect(invalid?.faults.map(\.place) == ["data_sources"])
    }
}
