import Backends
import Fixtures
import Foundation
import Model
import Testing

/// Plants secrets in every way there is, runs the program through good and bad ends, and looks for them in everything
/// that it wrote.
@Suite struct SecretTests {
    /// Each secret setting of each type: what other settings it needs to come as far as using it, and a URL where
    /// nobody listens.
    private static let settings: [(type: String, setting: String)] = registeredBackends().flatMap { type in
        type.settings.filter(\.isSecret).map { (type.name, $0.name) }
    }

    private static let refusing = ["git": "http://127.0.0.1:9/x.git", "amazon-s3": "http://127.0.0.1:9/bucket"]

    @Test func `the secret settings that are known to be secret are`() {
        let known = Set(Self.settings.map { "\($0.type) \($0.setting)" })
        let expected = ["git password", "amazon-s3 aws_secret_access_key", "amazon-s3 aws_session_token"]
        #expect(known.isSuperset(of: expected))
        #expect(Self.settings.allSatisfy { Self.refusing[$0.type] != nil }, "a type needs its URL in this test")
    }

    @Test(arguments: settings)
    func `no secret of any setting is in anything that the program writes`(type: String, setting: String) async throws {
        let plantation = try Plantation()
        let url = Self.refusing[type] ?? ""
        for way in Plantation.Way.allCases {
            let label = "\(setting)-\(way)"
            // What is not of its form is not kept at all.
            let value =
                setting == "sse_customer_key"
                ? try plantation.plant(way, plantation.newKey(label), exactly: true)
                : try plantation.plant(way, label)
            let parameters = try plantation.companions(of: setting).merging([setting: value]) { $1 }
            try plantation.declare("\(way)", type: type, url: url, parameters)
            try plantation.tour("\(way)")
        }
        // A value that is edited, by argument and by standard input, and one that is taken away.
        let first = plantation.newSecret("edited-\(setting)")
        plantation.run(["source", "edit", "literal", "--set", "\(setting)=\(first)"])
        plantation.run(["source", "edit", "literal", "--set", "\(setting)=-"], input: plantation.newSecret("piped"))
        plantation.run(["source", "edit", "literal", "--set", "no-such=\(first)"])
        plantation.run(["source", "edit", "literal", "--set", "\(setting)="])
        try plantation.finish()
        try plantation.expectClean()
    }

    @Test func `no secret of a repository that is replicated is written, nor of one that cannot be`() async throws {
        let server = try GitServer()
        let repository = try server.repository { commit("templates/a.j2", "1") }
        let plantation = try Plantation()
        plantation.also([GitServer.password, "p%40ss%3Aw%2Frd", GitServer.token])
        let userInfo = server.privateURL().replacing("http://", with: "http://ada:p%40ss%3Aw%2Frd@")
        try plantation.declare("url", type: "git", url: userInfo, [:])
        for way in Plantation.Way.allCases {
            let value = try plantation.plant(way, GitServer.token, exactly: true)
            try plantation.declare("good-\(way)", type: "git", url: server.privateURL(), ["password": value])
            let wrong = try plantation.plant(way, "wrong-\(way)")
            try plantation.declare("wrong-\(way)", type: "git", url: server.privateURL(), ["password": wrong])
        }
        let inURL = plantation.newSecret("user")
        for (name, url) in [
            ("refused", "http://ada:\(inURL)@127.0.0.1:9/x.git"), ("denied", server.privateURL()),
            ("tls", server.privateURL().replacing("http://", with: "https://ada:\(inURL)@")),
            ("unresolved", "https://ada:\(inURL)@no-such-host.invalid/x.git"),
            ("query", "https://127.0.0.1:9/x.git?token=\(inURL)"), ("absent", server.privateURL("absent")),
        ] {
            let value = try plantation.plant(.literal, name)
            try plantation.declare(name, type: "git", url: url, ["password": value])
        }
        let names = try #require(plantation.names)
        for name in names { try plantation.tour(name) }
        // Both ends were reached: otherwise nothing was looked at.
        for name in ["url"] + Plantation.Way.allCases.map({ "good-\($0)" }) {
            #expect(plantation.statuses["sync \(name)"] == 0, "\(name)")
        }
        for name in names where !name.hasPrefix("good-") && name != "url" {
            #expect(plantation.statuses["sync \(name)"] == 1, "\(name)")
        }
        try repository.commit(["templates/a.j2": "2"])
        plantation.run(["sync", "--all", "--format", "json"])
        plantation.run(["link", "config-template/a", "--source", "url", "--path", "templates/a.j2"])
        plantation.run(["apply", "--all", "--yes"])
        plantation.run(["key", "rotate"])
        plantation.run(["sync", "url", "good-literal"])
        try plantation.finish()
        try plantation.expectClean()
    }

    @Test func `no secret of a bucket that is replicated is written`() async throws {
        let server = try await Radosgw.shared()
        let bucket = try S3Bucket(on: server)
        try bucket.put("a.j2", "1")
        let plantation = try Plantation()
        plantation.also([server.secretKey])
        for way in Plantation.Way.allCases {
            let key = try plantation.plant(way, server.secretKey, exactly: true)
            try plantation.declare(
                "good-\(way)", type: "amazon-s3", url: bucket.url,
                ["aws_access_key_id": .string(server.accessKey), "aws_secret_access_key": key])
            try plantation.declare(
                "token-\(way)", type: "amazon-s3", url: bucket.url,
                [
                    "aws_access_key_id": .string(server.accessKey), "aws_secret_access_key": key,
                    "aws_session_token": try plantation.plant(way, "token-\(way)"),
                ])
            try plantation.declare(
                "wrong-\(way)", type: "amazon-s3", url: bucket.url,
                [
                    "aws_access_key_id": .string(server.accessKey),
                    "aws_secret_access_key": try plantation.plant(way, "wrong-\(way)"),
                ])
        }
        for name in plantation.names ?? [] { try plantation.tour(name) }
        for way in Plantation.Way.allCases {
            #expect(plantation.statuses["sync good-\(way)"] == 0)
            #expect(plantation.statuses["sync wrong-\(way)"] == 1)
        }
        try plantation.finish()
        try plantation.expectClean()
    }

    @Test func `what is looked for is found where it is`() throws {
        let plantation = try Plantation()
        let secret = plantation.newSecret("seen")
        try plantation.declare("a", type: "git", url: "http://127.0.0.1:9/x.git", ["username": .string(secret)])
        plantation.run(["source", "show", "a"])
        let found = try plantation.findings()
        #expect(found.contains { $0.hasPrefix("the output of source show a") })
        #expect(found.contains { $0.contains("store/sluice.db") })
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
