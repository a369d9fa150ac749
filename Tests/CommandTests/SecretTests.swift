import Fixtures
import Foundation
import Model
import Testing

@Suite struct SecretTests {
    @Test func `no secret is printed, whatever command runs`() throws {
        let planted = ["hunter2-password", "url-user-secret", "from-the-environment", "from-a-file"]
        let program = try Program(environment: ["PLANTED": planted[2]])
        let file = try program.folder.write("secret.txt", planted[3] + "\n", mode: 0o600)
        var printed = ""
        func run(_ result: Program.Result) { printed += result.output + result.talk }
        run(
            try program.register(
                """
                {"data_sources": [
                  {"name": "a", "type": "git", "source_url": "http://ada:\(planted[1])@127.0.0.1:9/x.git",
                   "parameters": {"password": "\(planted[0])"}},
                  {"name": "b", "type": "git", "source_url": "http://127.0.0.1:9/x.git",
                   "parameters": {"username": "ada", "password": {"env": "PLANTED"}}},
                  {"name": "c", "type": "amazon-s3", "source_url": "http://127.0.0.1:9/bucket",
                   "parameters": {"aws_access_key_id": "AK", "aws_secret_access_key": {"file": "\(file)"}}}]}
                """))
        run(try program.sluice("source", "list"))
        run(try program.sluice("source", "list", "--format", "json"))
        for name in ["a", "b", "c"] {
            run(try program.sluice("source", "show", name))
            run(try program.sluice("source", "show", name, "--format", "json"))
            run(try program.sluice("sync", name))
            run(try program.sluice("sync", name, "--format", "json", "--dry-run"))
        }
        run(try program.sluice("source", "edit", "a", "--set", "password=\(planted[0])-again"))
        run(try program.sluice("source", "edit", "a", "--set", "no-such=\(planted[0])"))
        run(try program.sluice("audit", "--format", "json"))
        #expect(printed.contains("***@127.0.0.1:9/x.git"))
        #expect(try program.sluice("source", "list", "--quiet").output == "a\nb\nc\n")
        for secret in planted { #expect(!printed.contains(secret)) }
    }

    @Test func `the store is for its owner alone`() throws {
        let program = try Program()
        #expect(try program.sluice("source", "list").status == 0)
        for name in try FileManager.default.subpathsOfDirectory(atPath: program.store) + [""] {
            let path = name.isEmpty ? program.store : "\(program.store)/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
            #expect(mode & 0o077 == 0, "\(path) has mode \(String(mode, radix: 8))")
        }
    }
}
