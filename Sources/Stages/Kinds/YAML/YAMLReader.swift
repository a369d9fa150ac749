import Model
internal import Yams

/// Makes JSON of YAML nodes, in the order of the document, and follows aliases.
///
/// An alias shares the value that it stands for, so it costs nothing here; what it would cost written out is counted.
struct YAMLReader {
    private struct Value {
        let json: JSONValue
        /// The length of its JSON, about.
        let weight: Int
        /// Levels of mappings and sequences.
        let height: Int
    }

    private let standIns: YAMLStandIns
    /// The value of each anchor that is complete: an alias inside of its own anchor finds none.
    private var anchors: [String: Value] = [:]

    init(_ standIns: YAMLStandIns) { self.standIns = standIns }

    static let tooDeep = "it is nested deeper than \(JSONParser.deepest) levels"

    static func duplicate(_ key: String) -> String { "the key \"\(EscapedName(key))\" is there twice" }

    mutating func read(_ root: Node) throws(DecodeFault) -> JSONValue {
        try value(of: root, depth: 0).json
    }

    /// The library limits nesting to 1,000 levels, so this recursion ends.
    private mutating func value(of node: Node, depth: Int) throws(DecodeFault) -> Value {
        let value: Value
        let line = node.mark?.line
        switch node {
        case .scalar(let scalar):
            if let name = try aliasName(scalar, tags: [""]) {
                return try follow(name, depth: depth, line: line)
            }
            let text = standIns.restored(scalar.string)
            let json = try CoreSchema.value(
                of: text, tag: scalar.tag.description, isPlain: scalar.style == .plain, line: line)
            value = Value(json: json, weight: 2 + text.utf8.count, height: 0)
        case .sequence(let sequence):
            try CoreSchema.require(tag: sequence.tag.description, of: "seq", line: line)
            value = try array(sequence, depth: depth + 1)
        case .mapping(let mapping):
            try CoreSchema.require(tag: mapping.tag.description, of: "map", line: line)
            value = try object(mapping, depth: depth + 1)
        case .alias:
            throw DecodeFault(line: line, "it has an alias where none can be")
        }
        guard value.weight <= ObjectKinds.largestContentInBytes else {
            throw DecodeFault(
                line: line,
                "its aliases expand to more than \(ByteSize.text(ObjectKinds.largestContentInBytes))")
        }
        guard depth + value.height <= JSONParser.deepest else { throw DecodeFault(line: line, Self.tooDeep) }
        if let name = node.anchor?.rawValue { anchors[name] = value }
        return value
    }

    private mutating func array(_ sequence: Node.Sequence, depth: Int) throws(DecodeFault) -> Value {
        var values: [JSONValue] = []
        var weight = 2
        var height = 0
        for node in sequence {
            let value = try value(of: node, depth: depth)
            values.append(value.json)
            weight += value.weight + 1
            height = max(height, value.height)
        }
        return Value(json: .array(values), weight: weight, height: height + 1)
    }

    private mutating func object(_ mapping: Node.Mapping, depth: Int) throws(DecodeFault) -> Value {
        var members: [String: JSONValue] = [:]
        var weight = 2
        var height = 0
        for (keyNode, valueNode) in mapping {
            let key = try key(of: keyNode)
            let value = try value(of: valueNode, depth: depth)
            guard members.updateValue(value.json, forKey: key) == nil else {
                throw DecodeFault(line: keyNode.mark?.line, Self.duplicate(key))
            }
            weight += key.utf8.count + value.weight + 4
            height = max(height, value.height)
        }
        return Value(json: .object(members), weight: weight, height: height + 1)
    }

    /// A key is its text as it is written, whatever it would be as a value: `no`, `010` and `1.0` stay what they are.
    private mutating func key(of node: Node) throws(DecodeFault) -> String {
        let line = node.mark?.line
        guard case .scalar(let scalar) = node else {
            throw DecodeFault(line: line, "a key must be a scalar, not a mapping or a list")
        }
        // The library marks untagged keys as strings while it looks for duplicates.
        if let name = try aliasName(scalar, tags: ["", "tag:yaml.org,2002:str"]) {
            guard case .string(let text) = try follow(name, depth: 0, line: line).json else {
                throw DecodeFault(line: line, "a key must be a string, which the alias \"*\(name)\" is not")
            }
            return text
        }
        let text = standIns.restored(scalar.string)
        if scalar.style == .plain, text.isEmpty { throw DecodeFault(line: line, "a key is missing") }
        if scalar.style == .plain, text == "<<" {
            throw DecodeFault(
                line: line, "merge keys (\"<<\") are not part of YAML 1.2; write the keys out, or quote it as a key")
        }
        try CoreSchema.require(tag: scalar.tag.description, of: "str", line: line)
        if let anchor = scalar.anchor?.rawValue {
            anchors[anchor] = Value(json: .string(text), weight: 2 + text.utf8.count, height: 0)
        }
        return text
    }

    /// The name in a scalar that stands for an alias; nil for any other scalar.
    private func aliasName(_ scalar: Node.Scalar, tags: [String]) throws(DecodeFault) -> String? {
        guard scalar.style == .plain, scalar.string.unicodeScalars.first == standIns.alias else { return nil }
        let name = String(scalar.string.unicodeScalars.dropFirst())
        guard name.utf8.allSatisfy(YAMLStandIns.isNameByte), scalar.anchor == nil, tags.contains(scalar.tag.description)
        else {
            throw DecodeFault(line: scalar.mark?.line, "an alias stands alone: without text, anchor or tag")
        }
        return name
    }

    private func follow(_ name: String, depth: Int, line: Int?) throws(DecodeFault) -> Value {
        guard let value = anchors[name] else {
            throw DecodeFault(line: line, "the alias \"*\(EscapedName(name))\" has no anchor before it")
        }
        guard depth + value.height <= JSONParser.deepest else { throw DecodeFault(line: line, Self.tooDeep) }
        return value
    }
}
