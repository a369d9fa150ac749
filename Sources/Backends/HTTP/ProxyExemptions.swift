private import Glibc
private import Model

/// The hosts that are connected to without a proxy.
///
/// An entry is a name, which stands for itself and all names that end in it; an address; a network such as
/// `10.0.0.0/8`; or `*` for all. A dot, or `*.`, in front of a name makes no difference.
/// - Source: libcurl's CURLOPT_NOPROXY(3).
package struct ProxyExemptions: Sendable, Equatable {
    private let entries: [String]

    package init(_ entries: [String]) {
        self.entries = entries.map { $0.lowercased() }.filter { !$0.isEmpty }
    }

    package func contains(_ host: String) -> Bool {
        let host = Self.bare(host.lowercased())
        let address = Self.address(host)
        return entries.contains { entry in
            if entry == "*" { return true }
            guard let address else { return Self.isName(host, below: entry) }
            return Self.isAddress(address, within: entry)
        }
    }

    /// Whether there can be a host that `entry` stands for.
    package static func canMatch(_ entry: String) -> Bool {
        if entry == "*" || network(entry) != nil { return true }
        let name = suffix(of: entry)
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // What ends in a number is an address, or none.
        guard let last = labels.last, !last.utf8.allSatisfy(\.isDigit) else { return false }
        return labels.allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { $0 >= 0x80 || $0.isLetter || $0.isDigit || "-_".utf8.contains($0) }
        }
    }

    private static func suffix(of entry: String) -> Substring {
        let entry = (entry.hasPrefix("*.") ? entry.dropFirst() : entry[...]).drop { $0 == "." }
        return entry.hasSuffix(".") ? entry.dropLast() : entry
    }

    private static func isName(_ host: String, below entry: String) -> Bool {
        let suffix = suffix(of: entry)
        return !suffix.isEmpty && (host == suffix || host.hasSuffix("." + suffix))
    }

    /// The bytes of an address, and how many bits of it count; nil for what is neither address nor network.
    private static func network(_ entry: String) -> (address: [UInt8], bits: Int)? {
        let parts = entry.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = Self.address(bare(String(first))) else { return nil }
        guard parts.count == 2 else { return (address, address.count * 8) }
        guard let bits = Int(parts[1]), (0...address.count * 8).contains(bits) else { return nil }
        return (address, bits)
    }

    private static func isAddress(_ address: [UInt8], within entry: String) -> Bool {
        guard let (network, bits) = network(entry), network.count == address.count else { return false }
        return zip(network, address).enumerated().allSatisfy { index, pair in
            let kept = min(8, max(0, bits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> kept)
            return pair.0 & mask == pair.1 & mask
        }
    }

    /// Without the brackets of an IPv6 address, and without the dot that ends a complete name.
    private static func bare(_ host: String) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    /// The 4 or 16 bytes of an address; nil for a name.
    private static func address(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
