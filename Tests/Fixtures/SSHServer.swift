private import Foundation

/// A real OpenSSH server on a free loopback port, which serves git repositories to whoever has the right key.
package final class SSHServer: Sendable {
    package enum Version: Sendable {
        /// The client may ask for version 2 of git's protocol.
        case two
        /// Debian's own configuration: the question does not get through, so git speaks version 0.
        case zero
    }

    package let port: FreePort
    package let folder: TemporaryFolder
    private let process: ServerProcess

    /// - Parameters:
    ///   - hostKeys: kinds of key as `ssh-keygen -t` knows them.
    ///   - command: a shell script that runs in place of whatever the client asks for.
    package init(
        _ version: Version = .two, hostKeys: [String] = ["ed25519"], command: String? = nil
    ) throws {
        try Command.require(["ssh", "ssh-keygen", "ssh-agent"], from: ["openssh-client"])
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            throw FixtureError("missing sshd: apt-get install openssh-server")
        }
        // The server of a system that has never started it misses its folder.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        let folder = try TemporaryFolder("sluice-ssh")
        self.folder = folder
        port = try FreePort()
        for kind in hostKeys { try SSHKeyPair.make(kind, at: folder.path(of: "host_\(kind)")) }
        try folder.write("authorized_keys", "")
        let text = """
            Port \(port.number)
            ListenAddress 127.0.0.1
            \(hostKeys.map { "HostKey \(folder.path)/host_\($0)" }.joined(separator: "\n"))
            AuthorizedKeysFile \(folder.path)/authorized_keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            PidFile none
            StrictModes no
            UsePAM no
            MaxStartups 100
            \(hostKeys.contains("dsa") ? "HostKeyAlgorithms +ssh-dss" : "")
            LogLevel VERBOSE
            \(try command.map { "ForceCommand \(try folder.write("command", "#!/bin/sh\n\($0)\n", mode: 0o755))" } ?? "")
            \(version == .two ? "AcceptEnv GIT_PROTOCOL" : "")

            """
        let file = try folder.write("sshd_config", text)
        process = try ServerProcess(
            [Self.program, "-D", "-f", file, "-E", folder.path(of: "sshd.log")], log: folder.path(of: "output.log"))
        // Its log, not its port: a connection only to see whether it listens would be logged among the others.
        for _ in 0..<1_000 {
            if folder.read("sshd.log").contains("Server listening on") { return }
            usleep(5_000)
        }
        throw FixtureError("sshd does not start: \(folder.read("output.log"))\(folder.read("sshd.log"))")
    }

    /// Whom the server lets in: whoever runs this.
    package static var user: String { NSUserName() }

    /// Lets `key` in.
    package func authorize(_ key: SSHKeyPair) throws {
        try folder.write("authorized_keys", folder.read("authorized_keys") + key.publicText + "\n")
    }

    /// Makes a repository that is served as ``url(_:)``.
    package func repository(
        _ name: String = "core", @RepositoryBuilder _ steps: () -> [RepositoryStep]
    ) throws -> GitRepository {
        let repository = try GitRepository(at: folder.folder("work/\(name)"), steps)
        try repository.git("init", "-q", "--separate-git-dir", path(name))
        return repository
    }

    package func path(_ name: String = "core") -> String { folder.path(of: "\(name).git") }

    package func url(_ name: String = "core", host: String = "127.0.0.1") -> String {
        "ssh://\(Self.user)@\(host):\(port.number)\(path(name))"
    }

    /// The host key of one kind, as `ssh-ed25519 AAAA...`.
    package func hostKey(_ kind: String = "ed25519") -> String { SSHKeyPair.trimmed(folder.read("host_\(kind).pub")) }

    /// As `SHA256:...`.
    package func fingerprint(_ kind: String = "ed25519") throws -> String {
        let output = try Command.run(["ssh-keygen", "-l", "-f", folder.path(of: "host_\(kind).pub")])
        return String(decoding: output, as: UTF8.self).split(separator: " ").map(String.init)[1]
    }

    /// A line of known_hosts.
    package func knownHosts(host: String = "127.0.0.1", _ kind: String = "ed25519") -> String {
        "[\(host)]:\(port.number) \(hostKey(kind))\n"
    }

    /// How many times somebody logged in.
    package var logins: Int {
        folder.read("sshd.log").split(whereSeparator: \.isNewline).count { $0.contains("Accepted publickey") }
    }

    private static let program = "/usr/sbin/sshd"
}
