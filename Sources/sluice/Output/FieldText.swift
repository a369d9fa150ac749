import Model

/// One thing's fields, a line each: `key: value`.
struct FieldText {
    private let members: [(key: String, value: JSONValue)]

    /// - Parameter value: an object; its keys are shown in byte order, `name` first.
    init(_ value: JSONValue) {
        guard case .object(let members) = value else {
            self.members = []
            return
        }
        self.members = members.sorted { left, right in
            (left.key == "name" ? "" : left.key) < (right.key == "name" ? "" : right.key)
        }
    }

    var text: String {
        let width = members.map(\.key.count).max() ?? 0
        return members.map { key, value in
            let space = String(repeating: " ", count: width - key.count)
            return "\(Colour.grey(key)):\(space) \(Self.show(value, indent: width + 2))\n"
        }.joined()
    }

    private static func show(_ value: JSONValue, indent: Int) -> String {
        let newLine = "\n" + String(repeating: " ", count: indent)
        switch value {
        case .null: return "-"
        case .string(let text):
            return text.isEmpty ? "-" : EscapedName.unseen(in: text).replacing("\n", with: newLine)
        case .bool(let isTrue): return isTrue ? "yes" : "no"
        case .array(let values) where values.isEmpty: return "-"
        case .array(let values): return values.map { show($0, indent: indent) }.joined(separator: newLine)
        case .object(let members) where members.isEmpty: return "-"
        case .object(let members):
            return members.sorted { $0.key < $1.key }.map { "\(EscapedName.unseen(in: $0.key))=\(inline($0.value))" }
                .joined(separator: " ")
        case .number: return value.canonical
        }
    }

    private static func inline(_ value: JSONValue) -> String {
        if case .string(let text) = value { return EscapedName.unseen(in: text) }
        return EscapedName.unseen(in: value.canonical)
    }
}

extension JSONValue {
    /// One thing's fields, for a person or for a program.
    func print(_ format: OutputFormat) {
        switch format {
        case .json: Terminal.put(self)
        case .table: Terminal.put(FieldText(self).text)
        }
    }
}
