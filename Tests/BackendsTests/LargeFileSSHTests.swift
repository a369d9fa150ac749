import Backends
import Fixtures
import Foundation
import Model
import Testing

/// git LFS of repositories that are reached over SSH.
@Suite struct LargeFileSSHTests {
    @Test func `the SSH server says where large files are, and what lets in there`() async throws {
        let folder = try TemporaryFolder()
        // What the server runs in place of what it is asked for: the same, with our program where it looks.
        let ssh = try SSHFixture(
            command: "env PATH=\(folder.path):/usr/local/bin:/usr/bin:/bin sh -c \"$SSH_ORIGINAL_COMMAND\"")
        let file = LargeFile("large")
        let script = try LargeFileScript { oid, server in
            ["actions": ["download": ["href": .string("\(server)/\(oid)")]], "authenticated": true]
        } download: { request, _ in
            ScriptedServer.answer(request.headers["authorization"] == nil ? "large" : "LARGE")
        }
        try folder.write(
            "git-lfs-authenticate",
            """
            #!/bin/sh
            echo "$@" > \(folder.path)/asked
            echo '{"href": "\(script.url)", "header": {"Authorization": "RemoteAuth t"}, "expires_in": 60}'

            """, mode: 0o755)
        _ = try ssh.server.repository { commit("a", file.pointer) }
        let parameters = ssh.trusted.merging(["lfs": "true"]) { $1 }
        #expect(try await ssh.replica(nil, parameters).files == ["a": "large"])
        #expect(folder.read("asked") == "\(ssh.server.path()) download\n")
        #expect(script.requests.first?.headers["authorization"] == "RemoteAuth t")

        try folder.remove("git-lfs-authenticate")
        let error = await ssh.error(nil, parameters)
        #expect(error?.cause == .notFound)
        #expect(error?.reason.contains("git-lfs-authenticate") == true)
        #expect(error?.advice?.contains("lfs_url") == true)
        #expect(try await ssh.replica(nil, parameters.merging(["lfs_url": script.url]) { $1 }).files == ["a": "large"])
    }
}
