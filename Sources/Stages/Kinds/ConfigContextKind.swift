import Model

/// A config context: a JSON object, from JSON when the path ends in `.json` and from YAML otherwise.
///
/// Its content is the canonical JSON, so files that say the same give the same content. NetBox reads every file as
/// YAML 1.1, in which `no` is false and `1:30` a number; here YAML is read by the 1.2 core schema.
struct ConfigContextKind: ObjectKind {
    var name: ObjectKindName { .configContext }
    var contentKey: String { "data" }
    var isMapping: Bool { true }

    func decode(_ bytes: [UInt8], at path: RelativePath) throws(DecodeFault) -> ObjectContent {
        let isJSON = path.lastComponent.lowercased().hasSuffix(".json")
        return try content(from: isJSON ? Self.json(bytes) : YAMLDocument.read(bytes))
    }

    func content(from value: JSONValue) throws(DecodeFault) -> ObjectContent {
        guard case .object = value else { throw DecodeFault("it must be a mapping, not \(value.kind)") }
        return ObjectContent(hashing: Array(value.canonical.utf8))
    }

    /// JSON if it is JSON, else YAML, whose faults are shown then.
    func content(typed bytes: [UInt8]) throws(DecodeFault) -> ObjectContent {
        let value: JSONValue
        do {
            value = try Self.json(bytes)
        } catch {
            value = try YAMLDocument.read(bytes)
        }
        return try content(from: value)
    }

    private static func json(_ bytes: [UInt8]) throws(DecodeFault) -> JSONValue {
        _ = try DecodeFault.text(of: bytes)
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw DecodeFault(line: error.line, "column \(error.column): \(error.reason)")
        }
    }
}
