import Fixtures
import Foundation
import Model
import Testing

@Suite struct SettingCommands {
    @Test func `local roots are set, shown, taken away and audited`() throws {
        let program = try Program()
        func value() throws -> JSONValue? {
            try program.sluice("setting", "list", "--format", "json").json()[0]?["value"]
        }
        #expect(try value() == .null)
        #expect(try program.sluice("setting", "set", "local_roots", program.root.path, "/srv/../srv").status == 0)
        #expect(try value() == [.string(program.root.path), "/srv"])
        #expect(try program.sluice("setting", "set", "local_roots").status == 0)
        #expect(try value() == [])
        #expect(try program.sluice("setting", "unset", "local_roots").status == 0)
        #expect(try value() == .null)
        #expect(try program.sluice("setting", "set", "no_such", "x").status == 64)
        let audit = try program.sluice("audit", "--format", "json").json()
        guard case .array(let rows) = audit else { return #expect(Bool(false)) }
        #expect(rows.prefix(3).map { $0["action"] } == ["unset", "set", "set"])
        #expect(rows.prefix(3).allSatisfy { $0["name"] == "local_roots" })
    }

    @Test func `a source outside the local roots is neither added nor synced`() throws {
        let program = try Program()
        let root = program.root
        try root.write("inside/a", "1")
        try root.write("outside/a", "2")
        try root.link("inside/link", to: root.path(of: "outside"))
        try program.sluice("source", "add", "early", "--type", "local", "--url", root.path(of: "outside"))
        let set = try program.sluice("setting", "set", "local_roots", root.path(of: "inside"))
        #expect(set.talk.contains("\"early\" is outside"))

        #expect(
            try program.sluice("source", "add", "good", "--type", "local", "--url", root.path(of: "inside")).status == 0
        )
        #expect(try program.sluice("sync", "good").status == 0)
        for (type, url) in [
            ("local", root.path(of: "outside")), ("local", "file://" + root.path(of: "outside")),
            ("local", root.path(of: "inside/link")), ("git", root.path(of: "outside")),
            ("git", "file://" + root.path(of: "inside/link")),
        ] {
            let added = try program.sluice("source", "add", "bad", "--type", type, "--url", url)
            #expect(added.status == 1, "\(url)")
            #expect(added.talk.contains("not in a directory that data sources may use"), "\(added.talk)")
        }
        let edited = try program.sluice("source", "edit", "good", "--url", root.path(of: "outside"))
        #expect(edited.status == 1)
        let registered = try program.register(
            #"{"data_sources": [{"name": "bad", "type": "local", "source_url": "\#(root.path(of: "outside"))"}]}"#)
        #expect(registered.status == 1)
        #expect(try program.sluice("source", "list", "--quiet").output == "early\ngood\n")

        let sync = try program.sluice("sync", "early")
        #expect(sync.status == 1)
        #expect(sync.talk.contains("sluice setting set local_roots"))
        #expect(try program.sluice("file", "list", "early", "--quiet").output.isEmpty)
        try program.sluice("setting", "unset", "local_roots")
        #expect(try program.sluice("sync", "early").status == 0)
    }
}
