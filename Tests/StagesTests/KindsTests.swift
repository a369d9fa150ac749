import Model
import Stages
import Testing

@Suite struct Kinds {
    @Test func `every kind is registered under its name`() {
        for name in ObjectKindName.allCases { #expect(ObjectKinds.kind(name).name == name) }
        #expect(ObjectKinds.all.map(\.name) == ObjectKindName.allCases)
    }

    @Test func `a template is kept byte for byte under the digest of its file`() throws {
        let bytes = Array("\u{FEFF}hostname {{ name }}\r\n\tmtu 9000".utf8)
        let content = try ObjectKinds.kind(.configTemplate).decode(bytes, at: RelativePath("a.j2"))
        #expect(content.bytes == bytes)
        let hello = try ObjectKinds.kind(.exportTemplate).content(from: "hello")
        #expect(hello.digest.hex == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        let empty = try ObjectKinds.kind(.configTemplate).decode([], at: RelativePath("a.j2"))
        #expect(empty.digest.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a template with a NUL or without UTF-8 is refused with its line`() throws {
        let kind = ObjectKinds.kind(.configTemplate)
        let nul = #expect(throws: DecodeFault.self) { try kind.decode(Array("a\nb\0".utf8), at: RelativePath("a.j2")) }
        #expect(nul?.description == "line 2: it has a NUL, so it is no text")
        let latin = #expect(throws: DecodeFault.self) { try kind.decode([0x0A, 0x0A, 0xE9], at: RelativePath("a.j2")) }
        #expect(latin?.description == "line 3: it is not UTF-8")
        #expect(throws: DecodeFault.self) { try kind.content(from: ["a": 1]) }
    }

    @Test func `an export template cannot be called table`() throws {
        #expect(ObjectKinds.kind(.exportTemplate).fault(in: try ObjectName("Table")) != nil)
        #expect(ObjectKinds.kind(.exportTemplate).fault(in: try ObjectName("tables")) == nil)
        #expect(ObjectKinds.kind(.configTemplate).fault(in: try ObjectName("table")) == nil)
    }

    @Test func `every default is a legal value`() {
        for kind in ObjectKinds.all {
            for field in kind.fields where !field.isRequired {
                #expect(field.fault(in: field.defaultValue) == nil, "\(field.name)")
            }
            #expect(Set(kind.fields.map(\.name)).count == kind.fields.count)
        }
    }
}
