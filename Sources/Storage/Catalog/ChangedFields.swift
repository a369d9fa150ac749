/// The names of what differs between two versions of something, for audit rows: never a value.
struct ChangedFields {
    private(set) var names: [String] = []

    mutating func note(_ name: String, _ isChanged: Bool) {
        if isChanged { names.append(name) }
    }

    /// Texts are compared by their bytes: two Unicode forms of one text are two values.
    mutating func note(_ name: String, _ before: String?, _ after: String?) {
        note(name, before.map { Array($0.utf8) } != after.map { Array($0.utf8) })
    }

    /// Names that somebody belongs to or has, in whatever order.
    mutating func note(_ name: String, _ before: [String], _ after: [String]) {
        note(name, Set(before.map { Array($0.utf8) }) != Set(after.map { Array($0.utf8) }))
    }

    /// The members that came, went or changed, each with `prefix` in front.
    mutating func note<Value: Equatable>(prefix: String, _ before: [String: Value], _ after: [String: Value]) {
        for name in Set(before.keys).union(after.keys).sorted() { note(prefix + name, before[name] != after[name]) }
    }

    var description: String { names.joined(separator: ", ") }
}
