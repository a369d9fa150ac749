import ArgumentParser
import Model
import Storage

/// Names from the store, for the shell.
extension CompletionKind {
    static var sources: CompletionKind {
        .custom { _, _, prefix in
            await names(from: prefix) { try await $0.dataSources().map(\.name.description) }
        }
    }

    static var objects: CompletionKind {
        .custom { _, _, prefix in
            await names(from: prefix) { try await $0.objects(of: nil).map(\.reference.description) }
        }
    }

    private static func names(
        from prefix: String, _ read: (any Store) async throws -> [String]
    ) async -> [String] {
        let folder = StoreFolder.fromEnvironment()
        // Completion has nowhere to show an error, and must not make a store: no store, no names.
        guard
            let store = try? SQLiteStore.openPresent(
                folder: folder.path, environment: ThisProcess.environmentForStore, clock: { .now }),
            let names = try? await read(store)
        else { return [] }
        // bash evaluates what it is offered; a name may be that of a remote's file, and must not become a command.
        return names.filter { $0.hasPrefix(prefix) && ShellWord.isPlain($0) }
    }
}
