import Foundation
import Model

@testable import Storage

/// A store with a data source "core" that has a secret in its URL and one among its parameters.
final class SecretStore: Sendable {
    let test: TestStore

    static let password = "hunter2-password"
    static let userInfo = "ada:url-user-secret"

    init() async throws {
        test = try TestStore()
        try await test.change(.addSource(Self.settings))
    }

    static let settings = DataSourceSettings(
        name: SourceName(stored: "core"), type: "git", sourceURL: SourceURL("https://\(userInfo)@git.example/net.git"),
        parameters: ["password": .secret(password), "branch": .literal("main"), "token": .environment("TOKEN")])

    var keyFile: String { "\(test.folder)/secret.key" }

    func opened(_ name: String = "core", in store: SQLiteStore? = nil) async throws -> DataSourceSettings {
        let store = store ?? test.store
        return try await store.openedSettings(of: test.source(name))
    }

    /// Another store on the same folder, with the key that the environment says.
    func reopened(_ environment: [String: String]) throws -> SQLiteStore {
        try SQLiteStore.open(
            folder: test.folder, creator: "root", environment: environment, at: TestStore.noon,
            clock: { TestStore.noon })
    }

    func tamper(_ sql: String) throws { try test.tamper(sql) }

    /// Why the settings do not open; empty when they do.
    func refusal(_ store: SQLiteStore? = nil) async throws -> String {
        do {
            _ = try await opened(in: store)
            return ""
        } catch StoreError.sealed(let reason) {
            return reason
        }
    }
}

/// The names of the files below `folder` that hold `text`.
func files(in folder: String, holding text: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
        FileManager.default.contents(atPath: "\(folder)/\(name)")?.firstRange(of: Data(text.utf8)) != nil
    }
}
