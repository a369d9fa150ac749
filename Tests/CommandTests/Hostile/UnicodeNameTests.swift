import Fixtures
import Foundation
import Model
import Testing

/// Two Unicode forms of a name are two names to the store and to remotes, so they are to every command.
@Suite struct UnicodeNameTests {
    private static let names = ["caf\u{E9}", "cafe\u{301}"]

    @Test func `both are synced, and both are applied`() throws {
        let program = try Program()
        try program.root.write("a.j2", "1")
        let objects = Self.names.map { "config-template/" + $0 }
        for (name, object) in zip(Self.names, objects) {
            #expect(
                try program.sluice("source", "add", name, "--type", "local", "--url", program.root.path).status == 0)
            #expect(try program.sluice("link", object, "--source", name, "--path", "a.j2").status == 0)
        }
        let reports = try program.run(["sync"] + Self.names + ["--format", "json"]).json()
        #expect((0..<reports.count).map { reports[$0]?["outcome"] } == ["synced", "synced"])
        #expect(try program.run(["apply"] + objects + ["--yes"]).status == 0)
        let states = try program.sluice("status", "--format", "json").json()
        #expect((0..<states.count).map { states[$0]?["state"] } == ["in_sync", "in_sync"])
    }

    @Test func `both are declared in one file`() throws {
        let program = try Program()
        let sources = Self.names.map { #"{"name": "\#($0)", "type": "local", "source_url": "\#(program.root.path)"}"# }
        let templates = Self.names.map { #"{"name": "\#($0)", "template_code": "x"}"# }
        let registered = try program.register(
            #"""
            {"data_sources": [\#(sources.joined(separator: ","))],
             "config_templates": [\#(templates.joined(separator: ","))]}
            """#)
        #expect(registered.status == 0, "\(registered.talk)")
        #expect(try program.sluice("source", "list", "--format", "json").json().count == 2)
    }

    @Test func `a declaration that only changes the form of a value changes it`() throws {
        let program = try Program()
        for form in Self.names + [Self.names[0]] {
            let text = #"""
                {"data_sources": [{"name": "it", "type": "local", "source_url": "\#(program.root.path)",
                                   "description": "\#(form)", "ignore_rules": "\#(form)",
                                   "parameters": {"include": "\#(form)"}}],
                 "config_templates": [{"name": "t", "description": "\#(form)", "template_code": "x"}]}
                """#
            let registered = try program.register(text)
            #expect(registered.status == 0, "\(registered.talk)")
            let source = try program.sluice("source", "show", "it", "--format", "json").json()
            let template = try program.sluice("object", "show", "config-template/t", "--format", "json").json()
            for shown in [
                source["description"], source["ignore_rules"], source["parameters"]?["include"],
                template["description"],
            ] {
                #expect(shown.map { Array($0.canonical.utf8) } == Array(JSONValue.string(form).canonical.utf8))
            }
            #expect(try program.register(text, "--dry-run", "--format", "json").json() == [])
        }
    }

    @Test func `a declaration that only changes the form of a URL changes it`() throws {
        let program = try Program()
        for name in Self.names { try program.root.write("\(name)/a.j2", name) }
        for name in Self.names {
            let url = "\(program.root.path)/\(name)"
            let registered = try program.register(
                #"{"data_sources": [{"name": "it", "type": "local", "source_url": "\#(url)"}]}"#)
            #expect(registered.status == 0, "\(registered.talk)")
            #expect(try program.sluice("sync", "it").status == 0)
            let content = try program.sluice("file", "cat", "it", "a.j2").output
            #expect(Array(content.utf8) == Array(name.utf8))
        }
    }
}
