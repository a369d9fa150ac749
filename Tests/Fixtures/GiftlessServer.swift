internal import Foundation

/// A real git LFS server of somebody else: giftless, from a Python environment of its own below `.build`.
package final class GiftlessServer: Sendable {
    package let port: FreePort
    private let process: ServerProcess
    private let folder: TemporaryFolder

    package init() async throws {
        try Command.require(["git-lfs", "python3"], from: ["git-lfs", "python3", "python3-venv"])
        let python = try Self.installed()
        folder = try TemporaryFolder("sluice-giftless")
        port = try FreePort()
        let configuration = try folder.write(
            "giftless.yaml",
            """
            AUTH_PROVIDERS: ["giftless.auth.allow_anon:read_write"]
            LEGACY_ENDPOINTS: false
            TRANSFER_ADAPTERS:
              basic:
                factory: giftless.transfer.basic_streaming:factory
                options:
                  storage_class: giftless.storage.local_storage:LocalStorage
                  storage_options: {path: "\(folder.path)/store"}
                  action_lifetime: 900
            PRE_AUTHORIZED_ACTION_PROVIDER:
              factory: giftless.auth.jwt:factory
              options: {algorithm: HS256, private_key: of-this-server-alone}
            """)
        process = try ServerProcess(
            [python, "-m", "flask", "--app", "giftless.wsgi_entrypoint:app", "run", "-p", "\(port.number)"],
            environment: ["GIFTLESS_CONFIG_FILE": configuration], log: folder.path(of: "output.log"))
        let port = port
        try await process.wait { port.isOpen }
    }

    /// How often the batch API was asked so far.
    package var questions: Int {
        folder.read("output.log").split(separator: "\n").count { $0.contains("/objects/batch") }
    }

    /// Sends the objects of a repository's `main` branch to the server, with the git LFS client.
    ///
    /// - Parameter url: of the repository, user-info included.
    package static func push(_ repository: GitRepository, to url: String) throws {
        try repository.run([
            "-c", "lfs.url=\(url)/info/lfs", "-c", "lfs.locksverify=false", "lfs", "push", "--all", url, "main",
        ])
    }

    /// Makes it once for all tests of this machine, since it comes from a package registry.
    private static func installed() throws -> String {
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = project.appendingPathComponent(".build/tests-giftless").path
        try Command.run(["flock", folder + ".lock", "bash", "-euc", script, "install", folder] + packages)
        return folder + "/bin/python"
    }

    private static let script = """
        folder=$1; shift
        [ -e "$folder/complete" ] && exit
        python3 -m venv --clear "$folder"
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
        touch "$folder/complete"
        """

    /// giftless names none of what it needs. Newer versions of PyJWT refuse the addresses that it signs.
    private static let packages = [
        "giftless==0.6.2", "flask==3.1.3", "flask-classful==0.16.0", "flask-marshmallow==1.4.0", "marshmallow==3.26.2",
        "webargs==8.7.1", "figcan==0.0.4", "pyyaml==6.0.3", "pyjwt==2.8.0", "cachetools==8.0.1",
        "typing_extensions==4.16.0", "requests==2.34.2", "cryptography==50.0.2", "python-dateutil==4.0.0",
        "python-dotenv==1.2.4", "importlib-metadata==10.2.0",
    ]
}
