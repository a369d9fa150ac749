/// What a git server offers, by its own words.
struct ServerCapabilities: Sendable, Equatable {
    /// Of the protocol: 2, or 0 for what came before.
    let version: Int
    /// Capabilities with their values, empty where they have none.
    private(set) var features: [String: String] = [:]

    private static let mostFeatures = 1_000

    init(version: Int) { self.version = version }

    /// Takes one `name` or `name=value`.
    mutating func add(_ text: some StringProtocol) {
        guard features.count < Self.mostFeatures, !text.isEmpty else { return }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        features[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }

    func has(_ name: String) -> Bool { features[name] != nil }

    /// Whether it can leave out history.
    var canShallow: Bool { version == 2 ? hasFetch("shallow") : has("shallow") }

    /// Whether it can leave out blobs, and hand them out by id later.
    var canFilter: Bool { version == 2 ? hasFetch("filter") : has("filter") && canFetchObjects }

    /// Whether any object can be asked for by its id.
    var canFetchObjects: Bool { version == 2 || has("allow-tip-sha1-in-want") && has("allow-reachable-sha1-in-want") }

    /// Anything but SHA-1, the only names of objects that libgit2 1.5 knows.
    var foreignObjectFormat: String? {
        features["object-format"].flatMap { $0 == "sha1" ? nil : $0 }
    }

    private func hasFetch(_ name: Substring) -> Bool {
        features["fetch"]?.split(separator: " ").contains(name) == true
    }
}

/// As text, one capability a line.
extension ServerCapabilities {
    init?(text: String) {
        let lines = text.split(separator: "\n")
        guard lines.first == "version 2" else { return nil }
        self.init(version: 2)
        for line in lines.dropFirst() { add(line) }
    }

    var text: String {
        "version \(version)\n" + features.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}
