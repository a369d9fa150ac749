import Backends
import Model
import Testing

@Suite struct ConnectionWarningTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: BackendType
        let url: String
        var parameters: [String: ParameterValue] = [:]
        /// What each warning holds.
        let hints: [String]

        var testDescription: String { "\(url) \(parameters)" }

        init(_ type: BackendType, _ url: String, _ hints: [String]) { self.init(type, url, [:], hints) }

        init(_ type: BackendType, _ url: String, _ parameters: [String: ParameterValue], _ hints: [String]) {
            self.type = type
            self.url = url
            self.parameters = parameters
            self.hints = hints
        }

        static let table = [
            Case(.git, "https://git.example/a.git", ["password": .secret("x")], []),
            Case(.git, "https://git.example/a.git", ["tls_verify": .literal("true")], []),
            Case(.git, "https://git.example/a.git", ["tls_verify": .literal("false")], ["tls_verify=false"]),
            Case(.git, "https://git.example/a.git", ["tls_verify": .environment("CHECK")], ["depends on env:CHECK"]),
            Case(.amazonS3, "https://s3.example/b", ["tls_verify": .literal("false")], ["tls_verify=false"]),
            Case(.git, "http://git.example/a.git", []),
            Case(.git, "http://git.example/a.git", ["password": .environment("X")], ["read the credentials"]),
            Case(.git, "http://ada:secret-1@git.example/a.git", ["read the credentials"]),
            Case(.git, "http://ada:secret-1@localhost:8080/a.git", []),
            Case(.git, "http://ada:secret-1@127.1.2.3/a.git", []),
            Case(.git, "http://ada:secret-1@[::1]:80/a.git", []),
            Case(.git, "http://localhost@git.example/a.git", ["read the credentials"]),
            Case(.git, "http://ada:secret-1@localhost.example.net/a.git", ["read the credentials"]),
            Case(.git, "git://git.example/a.git", ["neither encrypted nor authenticated"]),
            Case(.git, "git://127.0.0.1:9418/a.git", ["neither encrypted nor authenticated"]),
            Case(.git, "/srv/git/a.git", []),
            Case(.amazonS3, "http://s3.example/b", ["aws_secret_access_key": .secret("x")], ["read the content"]),
            Case(.amazonS3, "http://s3.example/b", ["aws_session_token": .secret("x")], ["read the credentials"]),
            Case(.amazonS3, "s3://b", ["aws_secret_access_key": .secret("x")], []),
            Case(.local, "/srv/files", []),
        ]
    }

    @Test(arguments: Case.table)
    func `what is risky about connecting is a warning, without a secret`(_ it: Case) throws {
        let warnings = it.type.warnings(
            DataSourceSettings(
                name: try SourceName("x"), type: it.type.name, sourceURL: SourceURL(it.url), parameters: it.parameters))
        #expect(warnings.count == it.hints.count, "\(warnings)")
        for (warning, hint) in zip(warnings, it.hints) { #expect(warning.contains(hint)) }
        #expect(!warnings.joined().contains("secret-1"))
    }
}
