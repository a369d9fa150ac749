/// A pattern over whole paths: `**` stands for any number of whole components (none too, except at the end), `*` for any
/// run of characters within one, `?` for one of them, `[seq]` for one of a set.
///
/// Not the language of ``IgnoreRules``, in which `*` crosses `/`.
package struct PathPattern: Sendable, CustomStringConvertible {
    package let description: String
    /// The directories in front of the first component with a wildcard, with a `/` at the end, or "".
    package let literalPrefix: String
    private let components: [Component]

    private enum Component: Sendable {
        case anyDepth
        case name(ShellPattern)
    }

    /// Whether `path` is a pattern rather than the path of one file.
    package static func isPattern(_ path: String) -> Bool {
        path.unicodeScalars.contains { $0 == "*" || $0 == "?" || $0 == "[" }
    }

    /// - Throws: ``PathFault`` when the text is no legal relative path.
    package init(_ text: String) throws(PathFault) {
        _ = try RelativePath(text)
        self.init(stored: text)
    }

    /// Takes back a pattern that was checked when it was stored.
    package init(stored text: String) {
        description = text
        let parts = text.split(separator: "/").map(String.init)
        literalPrefix = parts.dropLast().prefix { !Self.isPattern($0) }.map { $0 + "/" }.joined()
        // What follows a directory's "/" is something: "a/**" is all that is below "a".
        let last: [Component] = parts.last == "**" ? [.name(ShellPattern("*"))] : []
        components = parts.map { $0 == "**" ? .anyDepth : .name(ShellPattern($0)) } + last
    }

    /// The extension that every match has, with its dot, or "": `.j2` for `templates/**/*.j2`.
    package var literalExtension: String {
        guard let last = description.split(separator: "/").last, let dot = last.lastIndex(of: ".") else { return "" }
        let ending = String(last[dot...])
        return Self.isPattern(ending) ? "" : ending
    }

    package func matches(_ path: RelativePath) -> Bool {
        guard path.string.utf8.starts(with: literalPrefix.utf8) else { return false }
        let parts = path.string.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        // matched[i]: whether the components so far match the first i parts.
        var matched = [true] + [Bool](repeating: false, count: parts.count)
        for component in components {
            var next = [Bool](repeating: false, count: matched.count)
            switch component {
            case .anyDepth:
                var seen = false
                for index in matched.indices {
                    seen = seen || matched[index]
                    next[index] = seen
                }
            case .name(let pattern):
                for index in parts.indices where matched[index] { next[index + 1] = pattern.matches(parts[index][...]) }
            }
            matched = next
        }
        return matched[parts.count]
    }

    /// The name that a matching file's object gets: the path without the pattern's leading directories and extension.
    /// Two matches of one pattern never get the same name.
    ///
    /// `templates/**/*.j2` makes `dc/leaf` of `templates/dc/leaf.j2`.
    package func name(for path: RelativePath) throws(NameFault) -> ObjectName {
        // By bytes: a combining mark after the prefix belongs to the name.
        let name = path.string.utf8.dropFirst(literalPrefix.utf8.count).dropLast(literalExtension.utf8.count)
        return try ObjectName(String(Substring(name)))
    }
}

extension PathPattern: ExactText {}
