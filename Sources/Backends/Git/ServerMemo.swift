internal import Foundation

/// What a git server offered last time, kept beside its mirror. Losing it costs a round trip.
struct ServerMemo: Sendable {
    let file: String

    func read() -> ServerCapabilities? {
        FileManager.default.contents(atPath: file).flatMap {
            ServerCapabilities(text: String(decoding: $0, as: UTF8.self))
        }
    }

    func write(_ capabilities: ServerCapabilities) {
        // Not remembering is no failure.
        try? Data(capabilities.text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    func forget() {
        // Mostly there is none.
        try? FileManager.default.removeItem(atPath: file)
    }
}
