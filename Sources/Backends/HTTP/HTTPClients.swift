private import Synchronization

/// The clients that are in use, so that sources on one server which connect in the same way share connections.
///
/// It keeps none alive: a client ends with the last source that uses it.
final class HTTPClients: Sendable {
    private struct Entry {
        let settings: HTTPSettings
        weak var client: HTTPClient?
    }

    private let entries = Mutex<[HTTPURL.Origin: [Entry]]>([:])

    /// The client for requests to `origin` that connects by `settings`: one that somebody uses now, else a new one.
    func client(for origin: HTTPURL.Origin, _ settings: HTTPSettings) -> HTTPClient {
        entries.withLock { entries in
            var here = entries[origin, default: []].filter { $0.client != nil }
            defer { entries[origin] = here }
            if let client = here.first(where: { $0.settings == settings })?.client { return client }
            let client = HTTPClient(settings)
            here.append(Entry(settings: settings, client: client))
            return client
        }
    }
}
