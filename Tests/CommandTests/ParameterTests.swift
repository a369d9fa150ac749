import Fixtures
import Foundation
import Model
import Testing

@testable import sluice

/// Values that come from elsewhere: commands, standard input, a person.
@Suite struct Parameters {
    private func failure(_ words: [String], patience: Duration = .seconds(60)) async -> String {
        do {
            return "it printed \(try await CommandOutput.read(words, limit: 1 << 20, patience: patience))"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a command gives what it prints, without a shell and without line ends at its end`() async throws {
        #expect(try await ParameterReading.read(.command(["printf", "%s\\n\\n", "$HOME;a b"])) == "$HOME;a b")
        #expect(try await ParameterReading.read(.command(["/bin/echo", "a  b", "*"])) == "a  b *")
    }

    @Test func `a command that fails is named, but not what it was given or said`() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(
            "tell", "#!/bin/sh\necho told-secret; echo told-secret >&2; exit 3\n", mode: 0o755)
        let reason = await failure([script, "given-secret"])
        #expect(reason.contains(script) && reason.contains("3"))
        #expect(!reason.contains("told-secret") && !reason.contains("given-secret"))
        #expect(await failure(["no-such-program-anywhere"]).contains("no-such-program-anywhere"))
        #expect(await failure([folder.path(of: "absent")]).contains("gives no value"))
        #expect(await failure(["head", "-c", "1100000", "/dev/zero"]).contains("gives no value"))
    }

    @Test func `a command that takes too long is killed with what it started`() async throws {
        let folder = try TemporaryFolder()
        let note = folder.path(of: "note")
        let script = try folder.write(
            "hang", "#!/bin/sh\ntrap '' TERM\nsleep 300 &\necho $! > \(note)\nwait\nsleep 300\n", mode: 0o755)
        let start = ContinuousClock.now
        let reason = await failure([script], patience: .milliseconds(600))
        #expect(reason.contains("it took longer than"))
        // It sleeps for 300 s; many tests at once can take a while.
        #expect(ContinuousClock.now - start < .seconds(150))
        let child = try #require(pid_t(folder.read("note").trimmingCharacters(in: .whitespacesAndNewlines)))
        // A zombie still has its number: what matters is that it no longer runs. The kernel may need a moment.
        try await until {
            let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return status?.split(separator: ")").last?.hasPrefix(" Z") ?? true
        }
    }

    @Test func `Ctrl-C ends a sync that waits for a command`() async throws {
        let program = try Program()
        let note = program.folder.path(of: "note")
        let script = try program.folder.write("hang", "#!/bin/sh\necho $$ > \(note)\nexec sleep 300\n", mode: 0o755)
        let added = try program.sluice(
            "source", "add", "core", "--type", "git", "--url", "http://127.0.0.1:9/x.git", "--set",
            "password=command:\(script)")
        #expect(added.status == 0, "\(added.talk)")
        let run = try program.start(["sync", "core"])
        try await until { !program.folder.read("note").isEmpty }
        kill(run.process.processIdentifier, SIGINT)
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 130, "\(run.scratch.read("talk"))")
        let child = try #require(pid_t(program.folder.read("note").trimmingCharacters(in: .whitespacesAndNewlines)))
        try await until { kill(child, 0) != 0 }
    }

    @Test func `listing, showing and status run no command`() throws {
        let program = try Program()
        let note = program.folder.path(of: "note")
        let script = try program.folder.write("give", "#!/bin/sh\necho ran >> \(note)\necho word\n", mode: 0o755)
        // A relative path is kept as it is meant here.
        try program.sluice(
            "source", "add", "core", "--type", "git", "--url", "http://127.0.0.1:9/x.git", "--set",
            #"password=command:["./give", "a b"]"#)
        let shown = try program.sluice("source", "show", "core", "--format", "json").json()
        #expect(shown["parameters"]?["password"]?["command"] == [.string(script), "a b"])
        for command in [["source", "list"], ["status"], ["audit"], ["source", "edit", "core", "--description", "x"]] {
            let run = try program.start(command)
            run.process.waitUntilExit()
        }
        #expect(program.folder.read("note").isEmpty)
        try program.sluice("sync", "core", "--dry-run")
        #expect(program.folder.read("note") == "ran\n")
    }

    @Test func `a value is read from standard input, and is in no argument`() async throws {
        let program = try Program()
        let server = try ScriptedServer { _, _ in ScriptedServer.answer("no", status: 404) }
        let pipe = Pipe()
        let run = try program.start(
            ["source", "add", "core", "--type", "git", "--url", server.url + "/x.git", "--set", "password=-"],
            input: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(contentsOf: Data("env:piped secret\n".utf8))
        try pipe.fileHandleForWriting.close()
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 0, "\(run.scratch.read("talk"))")
        try program.sluice("sync", "core")
        let given = "Basic " + Data("oauth2:env:piped secret".utf8).base64EncodedString()
        #expect(server.requests.first?.headers["authorization"] == given)
        let nothing = try program.sluice("source", "edit", "core", "--set", "password=-")
        #expect(nothing.status == 2 && nothing.talk.contains("no value of password"))
    }

    @Test func `two values from standard input are refused before it is read, and no more than is given counts`() throws
    {
        let program = try Program()
        let source = ["source", "add", "core", "--type", "git", "--url", "http://127.0.0.1:9/x.git"]
        let two = try program.run(source + ["--set", "password=-", "--set", "username=-"])
        #expect(two.status == 2 && two.talk.contains("only one parameter can be read"), "\(two.talk)")
        let input = try program.folder.write("input", "main\n")
        let one = try program.start(
            source + ["--set", "username=x=-", "--set", "branch=-", "--set", "password=y=-"],
            input: FileHandle(forReadingAtPath: input))
        one.process.waitUntilExit()
        #expect(one.process.terminationStatus == 0, "\(one.scratch.read("talk"))")
        let shown = try program.sluice("source", "show", "core", "--format", "json").json()
        #expect(shown["parameters"]?["branch"] == "main" && shown["parameters"]?["username"] == "x=-")
    }

    @Test func `a secret that is not UTF-8 is refused, and not shown`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path(of: "secret")
        try Data([UInt8]("gr".utf8) + [0xFC] + [UInt8]("n-secret\n".utf8)).write(to: URL(fileURLWithPath: file))
        for value in [ParameterValue.file(file), .command(["cat", file])] {
            do {
                Issue.record("\(value) gave \(try await ParameterReading.read(value))")
            } catch {
                #expect("\(error)".contains("gives is not UTF-8 text"), "\(error)")
                #expect(!"\(error)".contains("n-secret"))
            }
        }
        try Data("grün\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try await ParameterReading.read(.file(file)) == "grün")
    }

    @Test func `a person is asked for a value, which does not show`() async throws {
        let program = try Program()
        let server = try ScriptedServer { _, _ in ScriptedServer.answer("no", status: 404) }
        var (terminal, end): (Int32, Int32) = (-1, -1)
        try #require(openpty(&terminal, &end, nil, nil, nil) == 0)
        let (mine, theirs) = (
            FileHandle(fileDescriptor: terminal, closeOnDealloc: true),
            FileHandle(fileDescriptor: end, closeOnDealloc: true)
        )
        let run = try program.start(
            ["source", "add", "core", "--type", "git", "--url", server.url + "/x.git", "--set", "password=-"],
            input: theirs)
        try await until { run.scratch.read("talk").contains("value of password: ") }
        try mine.write(contentsOf: Data("typed-secret\n".utf8))
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 0, "\(run.scratch.read("talk"))")
        _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
        var echoed = [UInt8](repeating: 0, count: 4_096)
        let count = read(terminal, &echoed, echoed.count)
        #expect(!String(decoding: echoed.prefix(max(count, 0)), as: UTF8.self).contains("typed"))
        var state = termios()
        tcgetattr(terminal, &state)
        #expect(state.c_lflag & tcflag_t(ECHO) != 0, "the terminal stays silent")
        try program.sluice("sync", "core")
        let given = "Basic " + Data("oauth2:typed-secret".utf8).base64EncodedString()
        #expect(server.requests.first?.headers["authorization"] == given)
    }

    @Test(arguments: [
        ("--url", "https://ada:pw@host/x", "https://******@host/x"), ("--url", "https://host/x", "https://host/x"),
        ("--url", "ada:pw@host:x", "******@host:x"), ("--url", "https://a@b@host/p@q", "https://***@host/p@q"),
        ("--url", "https://host/x?token=pw", "https://host/x?********"), ("", "--url=http://u@h", "--url=http://*@h"),
        ("--url", "https://u:p?w@host/", "https://***********"), ("", "--set=a=b=c", "--set=a=***"),
        ("--set", "a=b", "a=*"), ("--set", "pw", "**"), ("add", "a=b", "a=b"), ("--setting", "a=b", "a=b"),
    ])
    func `values and user-info are what is hidden of an argument`(before: String, argument: String, shown: String) {
        var bytes = Array(argument.utf8)
        for index in ProcessTitle.hidden(in: bytes, after: Array(before.utf8)) { bytes[index] = UInt8(ascii: "*") }
        #expect(String(decoding: bytes, as: UTF8.self) == shown)
    }

    @Test func `what was given to --set and --url is soon gone from the arguments`() async throws {
        let program = try Program()
        let pipe = Pipe()
        // It waits for its input, and so it can be looked at.
        let run = try program.start(
            [
                "source", "add", "core", "--type=git", "--url",
                "http://ada:planted-url@127.0.0.1:9/x.git?planted-query",
                "--set", "password=planted-one", "--set=username=planted-two", "--set", "branch=-",
            ], input: pipe.fileHandleForReading)
        let line = "/proc/\(run.process.processIdentifier)/cmdline"
        func arguments() -> String {
            FileManager.default.contents(atPath: line).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        try await until { arguments().contains("core") && !arguments().contains("planted") }
        #expect(arguments().contains("--set\0password=***********\0--set=username=***********\0--set\0branch=*\0"))
        #expect(arguments().contains("@127.0.0.1") == false || arguments().contains("http://****"))
        try pipe.fileHandleForWriting.write(contentsOf: Data("main".utf8))
        try pipe.fileHandleForWriting.close()
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 0, "\(run.scratch.read("talk"))")
        let shown = try program.sluice("source", "show", "core", "--format", "json").json()
        #expect(shown["parameters"]?["username"] == "planted-two")
        #expect(shown["parameters"]?["branch"] == "main")
    }
}

/// Looks until `isSo`, for half a minute at most.
func until(_ isSo: () throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while try !isSo() {
        try #require(ContinuousClock.now < end, "it did not come about")
        try await Task.sleep(for: .milliseconds(5))
    }
}
