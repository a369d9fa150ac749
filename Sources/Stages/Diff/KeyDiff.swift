package import Model

/// One difference of two mappings.
package struct KeyChange: Sendable, Equatable {
    /// Such as `ntp.servers[1]`; a key that is no plain word is quoted: `hosts["leaf.1"]`. Empty for the whole value.
    package let path: String
    /// Nil when the path is new.
    package let before: JSONValue?
    /// Nil when the path is gone.
    package let after: JSONValue?

    package init(path: String, before: JSONValue?, after: JSONValue?) {
        self.path = path
        self.before = before
        self.after = after
    }
}

extension KeyChange: CustomStringConvertible {
    /// `+ key: value`, `- key: value` or `~ key: old -> new`, on one line that is safe to print.
    package var description: String {
        switch (before, after) {
        case (let before?, let after?): "~ \(path): \(Self.shown(before)) -> \(Self.shown(after))"
        case (nil, let after?): "+ \(path): \(Self.shown(after))"
        case (let before?, nil): "- \(path): \(Self.shown(before))"
        case (nil, nil): "  \(path)"
        }
    }

    /// As JSON; what a terminal could take for a command is written as an escape.
    static func shown(_ value: JSONValue) -> String {
        var text = ""
        for scalar in value.canonical.unicodeScalars {
            if (0x7F...0x9F).contains(scalar.value) {
                text += "\\u00" + Hexadecimal.text(of: [UInt8(scalar.value)])
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// Differences of two JSON values by key.
package enum KeyDiff {
    /// What leads from `old` to `new`: keys in byte order, elements by index; nothing when they are equal.
    ///
    /// What is only on one side comes out leaf by leaf. Lists are compared by index between the elements that both begin
    /// and end with, so one that comes or goes shows as one; a removed element has its old index, an added one its new.
    /// Numbers are equal if they are written in the same way, as in the digest. Values of which the paths alone would
    /// fill memory, or that are so deep that comparing them again at each level would take long, come out as one change
    /// of the whole.
    package static func changes(from old: JSONValue, to new: JSONValue) -> [KeyChange] {
        changes(from: old, to: new, mostWork: mostWork)
    }

    /// Some seconds: each level of two values of 16 MiB takes a thirtieth of it.
    private static let mostWork = 1 << 30

    /// - Parameter mostWork: how many bytes and values are compared before it is too much.
    static func changes(from old: JSONValue, to new: JSONValue, mostWork: Int) -> [KeyChange] {
        var changes = Changes(mostWork: mostWork)
        compare(old, new, at: "", into: &changes)
        if !changes.isTooMuch { return changes.list }
        var work = 0
        return isSame(old, new, &work) ? [] : [KeyChange(path: "", before: old, after: new)]
    }

    /// What is found, as long as it is not too much: a long key of many members is in each of their paths.
    private struct Changes {
        let mostWork: Int
        private var work = 0
        private(set) var list: [KeyChange] = []
        private(set) var isTooMuch = false
        private var pathBytes = 0

        private static let mostPathBytes = 64 << 20

        init(mostWork: Int) { self.mostWork = mostWork }

        /// False as soon as it is too much.
        mutating func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
            let isSame = KeyDiff.isSame(left, right, &work)
            isTooMuch = isTooMuch || work > mostWork
            return isSame && !isTooMuch
        }

        mutating func add(_ path: String, before: JSONValue?, after: JSONValue?) {
            guard !isTooMuch else { return }
            list.append(KeyChange(path: path, before: before, after: after))
        }

        /// - Returns: nil for one too many.
        mutating func element(_ index: Int, of path: String) -> String? { noted("\(path)[\(index)]", longerThan: path) }

        mutating func member(_ key: String, of path: String) -> String? {
            noted(KeyDiff.member(key, of: path), longerThan: path)
        }

        private mutating func noted(_ path: @autoclosure () -> String, longerThan outer: String) -> String? {
            // Before the path is made: it may be the one that is too long.
            pathBytes += outer.utf8.count + 32
            isTooMuch = isTooMuch || pathBytes > Self.mostPathBytes
            return isTooMuch ? nil : path()
        }
    }

    private static func compare(_ old: JSONValue, _ new: JSONValue, at path: String, into changes: inout Changes) {
        switch (old, new) {
        case (.object(let old), .object(let new)):
            let keys = Set(old.keys.map(Key.init)).union(new.keys.map(Key.init)).map(\.description)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for key in keys {
                guard let path = changes.member(key, of: path) else { return }
                compare(
                    old.value(ofExactly: key), new.value(ofExactly: key), at: path, into: &changes)
            }
        case (.array(let old), .array(let new)):
            compare(old, new, at: path, into: &changes)
        default:
            if !changes.isSame(old, new) { changes.add(path, before: old, after: new) }
        }
    }

    /// A key as it is stored: two Unicode forms of one text are two keys.
    private struct Key: ExactText {
        let description: String
    }

    private static func compare(
        _ old: [JSONValue], _ new: [JSONValue], at path: String, into changes: inout Changes
    ) {
        let head = zip(old, new).prefix { changes.isSame($0, $1) }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { changes.isSame($0, $1) }
            .count
        let oldMiddle = old[head..<(old.count - tail)]
        let newMiddle = new[head..<(new.count - tail)]
        for index in head..<(head + max(oldMiddle.count, newMiddle.count)) {
            guard let path = changes.element(index, of: path) else { return }
            // Not `nil`, which a JSON value may be.
            compare(
                oldMiddle.indices.contains(index) ? .some(oldMiddle[index]) : .none,
                newMiddle.indices.contains(index) ? .some(newMiddle[index]) : .none, at: path, into: &changes)
        }
    }

    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, at path: String, into changes: inout Changes
    ) {
        switch (old, new) {
        case (let old?, let new?): compare(old, new, at: path, into: &changes)
        case (nil, let new?): addLeaves(of: new, at: path, into: &changes) { ($0, nil, $1) }
        case (let old?, nil): addLeaves(of: old, at: path, into: &changes) { ($0, $1, nil) }
        case (nil, nil): break
        }
    }

    /// The scalars and empty containers of a value.
    private static func addLeaves(
        of value: JSONValue, at path: String, into changes: inout Changes,
        _ change: (String, JSONValue) -> (String, JSONValue?, JSONValue?)
    ) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                guard let path = changes.member(key, of: path) else { return }
                addLeaves(of: value, at: path, into: &changes, change)
            }
        case .array(let values) where !values.isEmpty:
            for (index, value) in values.enumerated() {
                guard let path = changes.element(index, of: path) else { return }
                addLeaves(of: value, at: path, into: &changes, change)
            }
        default:
            let (path, before, after) = change(path, value)
            changes.add(path, before: before, after: after)
        }
    }

    /// By what is stored: two Unicode forms of one text differ.
    ///
    /// - Parameter work: grows by the values and bytes that were compared.
    private static func isSame(_ left: JSONValue, _ right: JSONValue, _ work: inout Int) -> Bool {
        work += 1
        switch (left, right) {
        case (.string(let left), .string(let right)), (.number(let left), .number(let right)):
            return isSame(left, right, &work)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where !isSame(left, right, &work) { return false }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            for (key, value) in left {
                guard let index = right.index(forKey: key), isSame(key, right[index].key, &work),
                    isSame(value, right[index].value, &work)
                else { return false }
            }
            return true
        default: return left == right
        }
    }

    private static func isSame(_ left: String, _ right: String, _ work: inout Int) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        work += left.utf8.count
        return left.utf8.elementsEqual(right.utf8)
    }

    fileprivate static func member(_ key: String, of path: String) -> String {
        let isPlain =
            !key.isEmpty
            && key.unicodeScalars.allSatisfy {
                $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
            }
        if !isPlain { return "\(path)[\(KeyChange.shown(.string(key)))]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }
}
