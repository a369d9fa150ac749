import Backends
import Fixtures
import Foundation
import Model
import Testing

@Suite struct SourceTestTests {
    @Test func `each step is shown, and the exit code tells whether all went well`() throws {
        let program = try Program()
        try program.root.write("a", "1")
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        let shown = try program.sluice("source", "test", "disk")
        #expect(shown.status == 0, "\(shown.talk)")
        #expect(shown.output.contains("ok      folder"))
        #expect(shown.output.contains("1 file on the first page"))
        let json = try program.sluice("source", "test", "disk", "--format", "json").json()
        #expect(json["outcome"] == "passed")
        #expect(json["steps"]?.count == 2)
        #expect(json["steps"]?[0]?["step"] == "folder")
        #expect(json["steps"]?[1]?["cause"] == .null)
        #expect(try program.sluice("source", "show", "disk", "--format", "json").json()["status"] == "new")
        #expect(try program.sluice("file", "list", "disk", "--quiet").output.isEmpty)
    }

    @Test func `the first failing step is the last, with its cause and what to do`() throws {
        let program = try Program()
        let port = try FreePort().number
        try program.sluice("source", "add", "gone", "--type", "git", "--url", "http://127.0.0.1:\(port)/core.git")
        let shown = try program.sluice("source", "test", "gone")
        #expect(shown.status == 1)
        #expect(shown.output.contains("FAILED  connect"))
        #expect(shown.output.contains("\n        -> check host, port"))
        let json = try program.sluice("source", "test", "gone", "--format", "json")
        #expect(json.status == 1)
        #expect(try json.json()["outcome"] == "failed")
        #expect(try json.json()["steps"]?[1]?["outcome"] == "failed")
        #expect(try json.json()["steps"]?[1]?["cause"] == "connection")
    }

    @Test func `settings that make no sense and secrets that are missing fail before anything is connected`() throws {
        let program = try Program(environment: ["LAN_CA": "nonsense"])
        let url = "https://git.invalid/core.git"
        try program.sluice("source", "add", "a", "--type", "git", "--url", url, "--set", "tls_ca=env:LAN_CA")
        try program.sluice("source", "add", "b", "--type", "git", "--url", url, "--set", "password=env:NOT_THERE_1")
        for (name, hint) in [("a", "tls_ca"), ("b", "NOT_THERE_1")] {
            let json = try program.sluice("source", "test", name, "--format", "json")
            #expect(json.status == 1)
            #expect(try json.json()["steps"]?.count == 1)
            #expect(try json.json()["steps"]?[0]?["step"] == "settings")
            #expect(json.output.contains(hint))
        }
    }

    @Test func `the environment's proxy is gone through`() throws {
        let port = try FreePort().number
        let program = try Program(environment: ["http_proxy": "http://127.0.0.1:\(port)", "no_proxy": ""])
        try program.sluice("source", "add", "a", "--type", "git", "--url", "http://127.0.0.1:\(port)/core.git")
        let json = try program.sluice("source", "test", "a", "--format", "json").json()
        #expect(json["steps"]?[0]?["step"] == "proxy")
        #expect(json["steps"]?[0]?["cause"] == "proxy")
    }

    @Test func `testing takes the permission to sync`() throws {
        let program = try Program()
        try program.root.write("a", "1")
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("user", "add", "eve")
        let refused = try program.sluice("source", "test", "disk", "--as", "eve")
        #expect(refused.status == 4)
        #expect(refused.output.isEmpty)
        #expect(refused.talk.contains("core.sync_datasource"))
        try program.sluice(
            "permission", "add", "syncing", "--action", "sync", "--type", "core.datasource", "--user", "eve")
        #expect(try program.sluice("source", "test", "disk", "--as", "eve").status == 0)
    }

    @Test func `what is risky is said wherever the source is shown`() async throws {
        let program = try Program()
        let server = try GitServer()
        _ = try server.repository { commit("a", "1") }
        let front = try await TLSFront(to: server.web.port, showing: CertificateAuthority().issue())
        let warning = "the server's certificate is not checked (tls_verify=false)"
        let added = try program.sluice(
            "source", "add", "core", "--type", "git", "--url", front.url() + "/core.git", "--set", "tls_verify=false")
        #expect(added.talk.contains("warning: data source \"core\": \(warning)"))
        #expect(try program.sluice("source", "list").talk.contains("warning: data source \"core\": \(warning)"))
        #expect(try program.sluice("source", "list", "--quiet").talk.isEmpty)
        let listed = try program.sluice("source", "list", "--format", "json").json()
        let shown = try program.sluice("source", "show", "core", "--format", "json").json()
        let tested = try program.sluice("source", "test", "core", "--format", "json").json()
        let synced = try program.sluice("sync", "core", "--format", "json").json()
        for warnings in [
            listed[0]?["warnings"], shown["warnings"], tested["warnings"], synced[0]?["warnings"],
        ] {
            guard case .string(let text)? = warnings?[0] else {
                Issue.record("no warning in \(warnings as Any)")
                continue
            }
            #expect(text.hasPrefix(warning))
        }
        #expect(try program.sluice("source", "show", "core").output.contains(warning))
        #expect(try program.sluice("source", "test", "core").talk.contains(warning))
        #expect(try program.sluice("sync", "core").output.contains("warning: \(warning)"))
        try program.sluice("source", "edit", "core", "--set", "tls_verify=")
        #expect(try program.sluice("source", "list", "--format", "json").json()[0]?["warnings"]?.count == 0)
        #expect(try program.sluice("sync", "core").status == 1)
    }

    @Test func `every setting of every backend is listed with all that is declared of it`() throws {
        let program = try Program()
        let json = try program.sluice("source", "types", "--format", "json").json()
        let table = try program.sluice("source", "types").output
        #expect(json.count == registeredBackends().count)
        for (index, type) in registeredBackends().enumerated() {
            #expect(json[index]?["type"] == .string(type.name))
            #expect(json[index]?["settings"]?.count == type.settings.count)
            for (number, setting) in type.settings.enumerated() {
                let shown = json[index]?["settings"]?[number]
                #expect(shown?["name"] == .string(setting.name))
                #expect(shown?["kind"] == .string(setting.kind.rawValue))
                #expect(shown?["secret"] == .bool(setting.isSecret))
                #expect(shown?["required"] == .bool(setting.isRequired))
                #expect(shown?["default"] == (setting.defaultValue.map { .string($0) } ?? .null))
                #expect(shown?["help"] == .string(setting.help))
                #expect(setting.help.hasSuffix("."), "\(setting.name)")
                #expect(table.contains(setting.help))
            }
        }
        #expect(try program.sluice("source", "types", "local", "--format", "json").json().count == 1)
        #expect(try program.sluice("source", "types", "ftp").status == 64)
        #expect(!FileManager.default.fileExists(atPath: program.store))
    }

    enum Wait: CaseIterable, CustomTestStringConvertible {
        case connecting, handshake, proxy, answer

        var testDescription: String { "\(self)" }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Wait.allCases)
    func `Ctrl-C ends a sync and a test that wait for the network, and the store is as it was`(
        _ wait: Wait
    ) async throws {
        let program = try Program()
        let full = try FullPort()
        for command in [["sync"], ["source", "test"]] {
            let silent = try SilentServer()
            let place = "127.0.0.1:\(wait == .connecting ? full.port.number : silent.port.number)"
            let url =
                wait == .proxy
                ? "https://git.invalid/x.git" : "\(wait == .handshake ? "https" : "http")://\(place)/x.git"
            let name = "\(wait)-\(command[0])"
            try program.sluice(
                "source", "add", name, "--type", "git", "--url", url, "--set", "connect_timeout=1h", "--set",
                "stall_time=1h", "--set", wait == .proxy ? "proxy=http://\(place)" : "proxy=none")
            let run = try program.start(command + [name])
            if wait == .connecting { try await full.isKnockedAt() } else { try await silent.hears() }
            let start = ContinuousClock.now
            run.process.interrupt()
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 130, "\(run.scratch.read("talk"))")
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(run.scratch.read("talk").contains("interrupted"))
            let shown = try program.sluice("source", "show", name, "--format", "json").json()
            #expect(shown["generation"] == .number("0"))
            #expect(shown["status"] != "syncing")
        }
    }
}
