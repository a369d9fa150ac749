import Fixtures
import Foundation
import Model
import Synchronization
import Testing

/// A remote that has too much to do, as whoever runs a sync meets it.
@Suite struct BusyRemoteTests {
    private static let slowDown =
        "HTTP/1.1 503 Slow Down\r\nRetry-After: 60\r\nConnection: close\r\n\r\n<Error><Code>SlowDown</Code></Error>"

    @Test(.timeLimit(.minutes(2)), arguments: ["git", "amazon-s3"])
    func `an interruption ends the wait for a busy server and leaves the source as it was`(_ type: String) throws {
        let program = try Program()
        // Nothing of the server behind it is ever asked.
        let proxy = try FaultyProxy(to: FreePort().number)
        proxy.set(.answers(Self.slowDown))
        let added = try program.sluice(
            "source", "add", "it", "--type", type, "--url", proxy.url + "/core.git",
            "--set", type == "git" ? "connect_timeout=2s" : "anonymous=true")
        #expect(added.status == 0, "\(added.talk)")
        let before = try program.sluice("source", "show", "it", "--format", "json").output
        let run = try program.start(["sync", "it"])
        while proxy.connectionCount == 0, run.process.isRunning { usleep(1_000) }
        let start = ContinuousClock.now
        run.process.interrupt()
        run.process.waitUntilExit()
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(run.process.terminationStatus == 130, "\(run.scratch.read("talk"))")
        #expect(try program.sluice("source", "show", "it", "--format", "json").output == before)
    }

    @Test(arguments: ["git", "amazon-s3"])
    func `the time for a request is the time for all of its tries`(_ type: String) throws {
        let program = try Program()
        let proxy = try FaultyProxy(to: FreePort().number)
        proxy.set(.answers(Self.slowDown))
        try program.sluice(
            "source", "add", "it", "--type", type, "--url", proxy.url + "/core.git", "--set", "total_timeout=2s",
            "--set",
            type == "git" ? "connect_timeout=2s" : "anonymous=true")
        let result = try program.sluice("sync", "it")
        #expect(result.status == 1)
        #expect(result.talk.contains("when the 60 s are over that it asks for"), "\(result.talk)")
        #expect(proxy.connectionCount == 1)
    }

    @Test(.timeLimit(.minutes(2))) func `a gateway that is gone for a moment costs no file`() throws {
        let objects = (100..<160).map {
            "<Contents><Key>f\($0)</Key><Size>1</Size><ETag>&quot;e&quot;</ETag></Contents>"
        }
        let listing = "<ListBucketResult><IsTruncated>false</IsTruncated>\(objects.joined())</ListBucketResult>"
        let failures = Atomic(0)
        let server = try ScriptedServer { request, _ in
            if request.target.contains("list-type=2") { return ScriptedServer.answer(listing) }
            guard failures.add(1, ordering: .relaxed).newValue > 160 else {
                return ScriptedServer.answer("bad gateway", status: 502)
            }
            return ScriptedServer.answer("x", headers: ["ETag: \"e\""])
        }
        let program = try Program()
        try program.sluice(
            "source", "add", "it", "--type", "amazon-s3", "--url", server.url + "/bucket", "--set", "anonymous=true")
        let result = try program.sluice("sync", "it")
        #expect(result.status == 0, "\(result.talk)")
        #expect(try program.paths().count == 60)
        #expect(failures.load(ordering: .relaxed) > 160)
    }
}
