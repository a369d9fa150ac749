import Fixtures
import Foundation
import Model
import Testing

@testable import sluice

/// What makes no sense, or would give a secret away, is refused when it is given and not when it is used.
struct GivenSettingTests {
    @Test(arguments: [
        ("git", "proxy", "http://u:planted@h:1"), ("git", "lfs_url", "https://u:planted@h/lfs"),
        ("git", "ssh_proxy_jump", "root:planted@h"), ("git", "submodule_hosts", "u:planted@h"),
        ("git", "proxy", "ftp://h:1"), ("git", "tls_ca", "hello"),
        ("git", "ssh_host_keys", "foo"), ("git", "ssh_proxy_jump", "-oProxyCommand=x"), ("git", "signers", ""),
        ("git", "lfs_url", "x"), ("git", "lfs_url", "https://h\\@evil/lfs"), ("git", "submodule_hosts", "http://x"),
        ("git", "ssh_known_hosts", "junk"), ("git", "ssh_known_hosts", "# h ssh-ed25519 AAAA"),
        ("git", "include", "**/["), ("git", "include", "ok/*\n[a-z"),
        ("git", "signers", "junk"), ("amazon-s3", "endpoint", "https://u:planted@h"),
        ("amazon-s3", "sts_endpoint", "https://u:planted@h"), ("amazon-s3", "proxy", "http://u:planted@h:1"),
        ("git", "password", "env:"), ("git", "password", "file:"),
        ("amazon-s3", "endpoint", "x"), ("amazon-s3", "endpoint", "https://h/path"),
        ("amazon-s3", "addressing", "nonsense"), ("amazon-s3", "region", "a b"),
        ("amazon-s3", "region", "evil.example/"),
        ("amazon-s3", "sse_customer_key", "planted"), ("amazon-s3", "role_arn", "planted"),
        ("amazon-s3", "sts_endpoint", "x"), ("amazon-s3", "aws_access_key_id", "AK"),
        ("amazon-s3", "aws_secret_access_key", "planted"),
        ("amazon-s3", "role_external_id", "ab"), ("amazon-s3", "proxy", "junk"),
        ("amazon-s3", "no_proxy", "10.0.0.0/99"), ("git", "proxy", "junk"), ("git", "no_proxy", "10.0.0.0/99"),
        ("git", "no_proxy", "example.com:8080"), ("git", "no_proxy", "http://planted@h"),
        ("git", "proxy_password", "planted"), ("git", "tls_client_key", "planted"),
        ("git", "tls_client_certificate", "hello"),
    ]) func `is refused when a source is added, and kept nowhere`(type: String, name: String, value: String) throws {
        let program = try Program()
        let url = type == "git" ? "https://git.example/net.git" : "s3://net/conf"
        let added = try program.sluice("source", "add", "it", "--type", type, "--url", url, "--set", "\(name)=\(value)")
        #expect(added.status == 2, "\(added.talk)")
        #expect(added.talk.contains(name == "password" ? "must name" : name))
        #expect(!added.talk.contains("planted"))
        #expect(try program.sluice("source", "list", "--quiet").output == "")
        let files = try FileManager.default.contentsOfDirectory(atPath: program.store)
        for file in files {
            let bytes = FileManager.default.contents(atPath: "\(program.store)/\(file)") ?? Data()
            #expect(bytes.firstRange(of: Data("planted".utf8)) == nil, "\(file) holds it")
        }
    }

    @Test(arguments: [
        (["proxy=env:P", "tls_ca=hello"], "tls_ca"),
        (["branch=env:B", "submodule_hosts=u:planted@h"], "submodule_hosts"),
        (["branch=env:B", "tag_range=*"], "both `branch` and `tag_range`"),
        (["branch=main", "tag_range=file:/r"], "both `branch` and `tag_range`"),
        (["tag_prefix=command:echo v"], "`tag_prefix` alone"), (["lfs=env:L", "branch=a..b"], "branch"),
        (["proxy_username=env:U"], "no `proxy`"), (["proxy=env:P", "no_proxy=a b,10.0.0.0/x"], "10.0.0.0/x"),
    ]) func `a reference does not hide what is wrong with the others`(settings: [String], hint: String) throws {
        let program = try Program()
        let options = settings.flatMap { ["--set", $0] }
        let added = try program.run(
            ["source", "add", "it", "--type", "git", "--url", "https://git.example/net.git"] + options)
        #expect(added.status == 2, "\(added.talk)")
        #expect(added.talk.contains(hint), "\(added.talk)")
        #expect(!added.talk.contains("planted"))
    }

    @Test(arguments: [
        ["tag_prefix=leaf-", "tag_range=env:R"], ["tag_prefix=env:P", "tag_range=v1.x"], ["branch=env:B"],
        ["tag_range=env:R"], ["no_proxy=a", "proxy=env:P"], ["submodule_hosts=a", "submodules=env:S"],
    ]) func `what a reference may make right is not refused`(settings: [String]) throws {
        let program = try Program()
        let options = settings.flatMap { ["--set", $0] }
        let added = try program.run(
            ["source", "add", "it", "--type", "git", "--url", "https://git.example/net.git"] + options)
        #expect(added.status == 0, "\(added.talk)")
    }

    @Test(arguments: [
        ["include=**/[a-c]*"], ["include=[]]*\n[[]x"], ["lfs_url=https://h/lfs"], ["submodule_hosts=h\n::1"],
        ["ssh_known_hosts=# a comment\n\n@cert-authority *.h,!x ssh-ed25519 \(hostKey) c"],
        ["ssh_known_hosts=|1|c2FsdA==|aGFzaA==\tssh-ed25519\t\(hostKey)"],
    ]) func `what looks odd and has a meaning is taken`(settings: [String]) throws {
        let program = try Program()
        let options = settings.flatMap { ["--set", $0] }
        let added = try program.run(
            ["source", "add", "it", "--type", "git", "--url", "git@git.example:net.git"] + options)
        #expect(added.status == 0, "\(added.talk)")
    }

    private static let hostKey = "AAAAC3NzaC1lZDI1NTE5AAAAIGPL5oXWq4kzbH2tHjqkmzrX3O5ZC4y0ZfEjfCyhI9nT"

    @Test(arguments: [
        ["aws_access_key_id=AK", "aws_secret_access_key=env:S"],
        ["aws_access_key_id=env:A", "aws_secret_access_key=S"],
        ["endpoint=env:E", "addressing=virtual"], ["endpoint=https://h:1", "addressing=env:A", "region=env:R"],
        ["sse_customer_key=env:K", "sts_endpoint=env:E"], ["role_arn=env:R", "role_external_id=ab"],
        ["anonymous=env:A", "aws_profile=p"], ["proxy=env:P", "proxy_password=x"], ["proxy=h:3128"],
        ["tls_client_key=x", "tls_client_certificate=env:C"], ["no_proxy=*.example.com,10.0.0.1,[::1],fd00::/8,*"],
        ["role_arn=arn:aws:iam:::role/x"], ["region=default", "endpoint=http://127.0.0.1:9000"],
    ]) func `what may be right of a bucket is not refused`(settings: [String]) throws {
        let program = try Program()
        let options = settings.flatMap { ["--set", $0] }
        let added = try program.run(["source", "add", "it", "--type", "amazon-s3", "--url", "s3://net/conf"] + options)
        #expect(added.status == 0, "\(added.talk)")
    }

    @Test func `every bad value is refused where it stands, and what does not go together where all stand`() throws {
        let program = try Program()
        let refused = try program.register(
            """
            {"data_sources": [
              {"name": "a", "type": "amazon-s3", "source_url": "s3://net",
               "parameters": {
                 "region": "a b",
                 "no_proxy": ["10.0.0.0/99"],
                 "aws_access_key_id": "AK",
                 "endpoint": "x"}},
              {"name": "b", "type": "amazon-s3", "source_url": "https://host/net",
               "parameters": {"endpoint": "https://other"}},
              {"name": "c", "type": "git", "source_url": "https://host/net",
               "parameters": {"branch": "main", "tag_range": "*", "proxy": "junk", "proxy_username": "x"}}
            ]}
            """)
        #expect(refused.status == 1)
        for place in [
            "line 6: data_sources[0].parameters.aws_access_key_id: the credentials",
            "line 4: data_sources[0].parameters.region: ",
            "line 5: data_sources[0].parameters.no_proxy: ", "line 7: data_sources[0].parameters.endpoint: ",
            "line 9: data_sources[1].parameters.endpoint: the URL \"https://host/net\" names an endpoint itself",
            "line 11: data_sources[2].parameters: cannot follow both", "line 11: data_sources[2].parameters.proxy: ",
        ] {
            #expect(refused.talk.contains(place), "\(refused.talk)")
        }
        #expect(refused.talk.split(separator: "\n").count == 8, "\(refused.talk)")
        #expect(try program.sluice("source", "list", "--quiet").output == "")
    }

    @Test func `what an earlier version took is shown, can be mended bit by bit, and be removed`() async throws {
        let program = try Program()
        let folder = try #require(StoreFolder(argument: program.store))
        let workspace = try await Workspace.open(folder, as: nil)
        var old = DataSourceSettings(
            name: try SourceName("old"), type: "amazon-s3", sourceURL: SourceURL("s3://net/conf"))
        old.parameters = [
            "endpoint": .literal("x"), "region": .literal("a b"), "aws_access_key_id": .literal("AK"),
            "sse_customer_key": .secret("short"), "no_proxy": .literal("10.0.0.0/99"),
        ]
        let settings = old
        try await workspace.change { _ in [.addSource(settings)] }
        workspace.leave()

        #expect(try program.sluice("source", "list", "--quiet").output == "old\n")
        #expect(try program.sluice("source", "show", "old").output.contains("a b"))
        let synced = try program.sluice("sync", "old")
        #expect(synced.status == 1 && synced.talk.contains("region"), "\(synced.talk)")
        let described = try program.sluice("source", "edit", "old", "--description", "of old")
        #expect(described.status == 0, "\(described.talk)")
        #expect(try program.sluice("source", "edit", "old", "--set", "region=eu-west-1").status == 0)
        // Kept is what was there, not what is as bad.
        let worse = try program.sluice("source", "edit", "old", "--set", "endpoint=y")
        #expect(worse.status == 2 && worse.talk.contains("endpoint"), "\(worse.talk)")
        #expect(try program.sluice("source", "edit", "old", "--set", "proxy=junk").status == 2)
        #expect(try program.sluice("source", "edit", "old", "--set", "endpoint=https://h").status == 0)
        let keys = try program.sluice("source", "edit", "old", "--set", "aws_access_key_id=")
        #expect(keys.status == 0, "\(keys.talk)")
        #expect(try program.sluice("source", "remove", "old").status == 0)
    }

    @Test func `a file that is a pipe is refused and not waited for`() throws {
        let program = try Program()
        let pipe = program.folder.path(of: "pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        try program.sluice(
            "source", "add", "it", "--type", "git", "--url", "https://127.0.0.1:1/net.git", "--set",
            "password=file:\(pipe)")
        let synced = try program.sluice("sync", "it")
        #expect(synced.status == 1)
        #expect(synced.talk.contains("it is not a readable file"))
    }

    @Test func `git:// says everywhere that nobody vouches for it`() throws {
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", "git://localhost/net.git")
        #expect(try program.sluice("source", "list").talk.contains("neither encrypted nor authenticated"))
        #expect(try program.sluice("source", "show", "it", "--format", "json").json()["warnings"]?.count == 1)
    }
}
