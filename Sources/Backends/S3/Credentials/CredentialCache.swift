private import Synchronization

/// The supplies of this process: 1,000 data sources with one role ask for its credentials once.
package final class CredentialCache: Sendable {
    package static let shared = CredentialCache()

    private let supplies = Mutex<[[UInt8]: CredentialSupply]>([:])
    /// More identities than any process has at once; their supplies live on where they are in use.
    private static let most = 4_096

    package init() {}

    /// The supply of `identity`, made on first use.
    ///
    /// - Parameter identity: SHA-256 of everything that decides which credentials are found, and how they are asked for.
    package func supply(for identity: [UInt8], make: () -> CredentialSupply) -> CredentialSupply {
        supplies.withLock { supplies in
            if let supply = supplies[identity] { return supply }
            if supplies.count >= Self.most { supplies.removeAll() }
            let supply = make()
            supplies[identity] = supply
            return supply
        }
    }
}
