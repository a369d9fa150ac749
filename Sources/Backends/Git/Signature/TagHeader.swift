/// The headers of an annotated tag that say what it is: `object`, `type` and `tag`, in this order.
/// - Source: git's tag.c, `parse_tag_buffer`.
struct TagHeader: Sendable, Equatable {
    let object: ObjectID
    /// `commit`, or what else it names.
    let type: String
    let name: String

    /// Nil when the bytes are no tag.
    init?(_ raw: some Collection<UInt8>) {
        var lines = raw.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)[...]
        func value(of key: String) -> String? {
            guard let line = lines.popFirst(), line.starts(with: "\(key) ".utf8) else { return nil }
            return String(validating: line.dropFirst(key.utf8.count + 1), as: UTF8.self)
        }
        guard let object = value(of: "object").flatMap({ ObjectID(hex: $0.utf8) }), let type = value(of: "type"),
            let name = value(of: "tag")
        else { return nil }
        self.object = object
        self.type = type
        self.name = name
    }
}
