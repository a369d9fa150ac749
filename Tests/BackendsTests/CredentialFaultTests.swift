import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Places of credentials that do not work as they should.
@Suite struct CredentialFaultTests {
    private func failure(_ command: String, patience: Duration = .seconds(20)) async throws -> BackendError {
        try await #require(throws: BackendError.self) {
            _ = try await CredentialProcess(command, shown: "profile \"x\"", patience: patience).fetch()
        }
    }

    @Test func `a program that does not end is killed with what it started`() async throws {
        let folder = try TemporaryFolder()
        // The name of the child's process is in a file before the program hangs.
        let child = folder.path(of: "child")
        let error = try await failure(
            "sh -c 'sleep 300 & echo $! > \(child).part && mv \(child).part \(child); wait'", patience: .seconds(2))
        #expect(error.cause == .credentials && error.reason.contains("it took longer than 2 s"), "\(error)")
        #expect(error.advice?.contains("waits for") == true)
        let number = try #require(pid_t(folder.read("child").filter(\.isNumber)))
        for _ in 0..<500 where kill(number, 0) == 0 { usleep(10_000) }
        #expect(kill(number, 0) != 0)
    }

    @Test func `a program that prints without end is told as that`() async throws {
        let error = try await failure("cat /dev/zero")
        #expect(error.reason.contains("prints more than 256 KiB"), "\(error)")
        #expect(error.advice?.contains("run it by hand") == true)
    }

    @Test func `a program that is not there is told as that`() async throws {
        #expect(try await failure("/nonexistent/program").advice == "check that the program exists and may be run")
    }

    @Test(arguments: [true, false])
    func `a configuration file that is none says what it is`(isConfig: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "file")
        let variable = isConfig ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE"
        func fault() throws -> BackendError {
            try #require(throws: BackendError.self) {
                _ = try Profiles.read(ProfilePlace([variable: path], name: nil))
            }
        }
        func expect(_ hint: String, _ advice: String) throws {
            let error = try fault()
            #expect(error.reason == "cannot read \(path): \(hint)")
            #expect(error.advice == "\(advice), or name another with \(variable)")
        }
        let text = "[default]\nregion=x\n"
        for (bytes, hint, advice) in [
            ([0xFF, 0xFE] + text.utf8.flatMap { [$0, 0] }, "it is written in UTF-16", "save it as UTF-8"),
            ([0xFE, 0xFF] + text.utf8.flatMap { [0, $0] }, "it is written in UTF-16", "save it as UTF-8"),
            (Array(text.utf8) + [0x80, 0xC0], "it is no text in UTF-8", "save it as UTF-8 text"),
            (Array(repeating: 10, count: 1 << 20 + 1), "it is longer than 1 MiB", "shorten it"),
        ] as [([UInt8], String, String)] {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try expect(hint, advice)
        }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try expect("it is a directory", "put a file there")
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        try expect("it is a pipe, not a file", "put a file there")
    }

    @Test func `metadata that has a bad moment is asked again`() async throws {
        let keys =
            #"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"B","Token":"T","Expiration":"2099-01-01T00:00:00Z"}"#
        let server = try ScriptedServer { request, number in
            guard number > 0 else { return ScriptedServer.answer("", status: 500) }
            if request.method == "PUT" { return ScriptedServer.answer("TOKEN") }
            return ScriptedServer.answer(request.target.hasSuffix("/") ? "role" : keys)
        }
        let finding = try await InstanceMetadata(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]).fetch()
        guard case .found = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(server.requests.map(\.method) == ["PUT", "PUT", "GET", "GET"])
    }

    @Test(arguments: [(404, 1), (403, 1), (302, 1), (500, 3)])
    func `a container's agent is asked again only for what may pass`(status: Int, requests: Int) async throws {
        let server = try ScriptedServer { _, _ in
            ScriptedServer.answer("", status: status, headers: ["Location: http://127.0.0.1:1/"])
        }
        await #expect(throws: BackendError.self) {
            _ = try await ContainerCredentials(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/x"]).fetch()
        }
        #expect(server.requests.count == requests)
    }
}
