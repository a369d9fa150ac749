import Fixtures
import Foundation
import Testing

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
