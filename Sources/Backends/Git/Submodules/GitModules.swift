internal import Model

/// What a commit's `.gitmodules` says of the submodules in its tree.
struct GitModules: Sendable, Equatable {
    struct Module: Sendable, Equatable {
        let name: String
        let url: String
    }

    /// By path, from the repository's root.
    private(set) var modules: [String: Module] = [:]

    static let longestInBytes = 1 << 20

    /// The text is not in git's configuration syntax.
    struct Malformed: Error { let line: Int }

    init() {}

    /// - Source: git-config(1), "Syntax"; gitmodules(5). Of a key that is given twice, the last one counts.
    init(_ bytes: [UInt8]) throws(Malformed) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed(line: 1) }
        var lines = GitConfigLines(text)
        var name: String?
        var paths: [String: String] = [:]
        var urls: [String: String] = [:]
        while let line = try lines.next() {
            switch line {
            case .section(let section, let subsection):
                name = section.lowercased() == "submodule" ? subsection : nil
            case .value(let key, let value):
                guard let name else { continue }
                switch key.lowercased() {
                case "path": paths[name] = value
                case "url": urls[name] = value
                default: break
                }
            }
        }
        for (name, path) in paths.sorted(by: { $0.key < $1.key }) {
            guard let url = urls[name] else { continue }
            modules[path.hasSuffix("/") ? String(path.dropLast()) : path] = Module(name: name, url: url)
        }
    }

    subscript(path: String) -> Module? { modules[path] }
}

/// Cuts text in git's configuration syntax into headings and values.
private struct GitConfigLines {
    enum Line {
        case section(String, subsection: String?)
        case value(key: String, String)
    }

    private var rest: Substring.UnicodeScalarView
    private var number = 1

    init(_ text: String) { rest = Substring(text.replacing("\r\n", with: "\n")).unicodeScalars }

    private var malformed: GitModules.Malformed { GitModules.Malformed(line: number) }

    /// The next heading or value; nil at the end.
    mutating func next() throws(GitModules.Malformed) -> Line? {
        while let scalar = rest.first {
            switch scalar {
            case "\n":
                number += 1
                rest.removeFirst()
            case " ", "\t": rest.removeFirst()
            case "#", ";": rest = rest.drop { $0 != "\n" }
            case "[":
                rest.removeFirst()
                return try section()
            default: return try value()
            }
        }
        return nil
    }

    private mutating func section() throws(GitModules.Malformed) -> Line {
        let name = String(
            takeWhile { $0.properties.isAlphabetic && $0.isASCII || ("0"..."9").contains($0) || $0 == "-" || $0 == "." }
        )
        skipBlanks()
        guard rest.first == "\"" else {
            guard rest.popFirst() == "]", !name.isEmpty else { throw malformed }
            return .section(name, subsection: nil)
        }
        rest.removeFirst()
        var subsection = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                guard rest.popFirst() == "]", !name.isEmpty else { throw malformed }
                return .section(name, subsection: subsection)
            case "\\":
                guard let next = rest.popFirst(), next != "\n" else { throw malformed }
                subsection.unicodeScalars.append(next)
            case "\n", "\0": throw malformed
            default: subsection.unicodeScalars.append(scalar)
            }
        }
        throw malformed
    }

    private mutating func value() throws(GitModules.Malformed) -> Line {
        let key = String(
            takeWhile { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-") })
        guard !key.isEmpty else { throw malformed }
        skipBlanks()
        guard rest.first == "=" else {
            // A key alone means true.
            guard rest.first == nil || rest.first == "\n" || rest.first == "#" || rest.first == ";" else {
                throw malformed
            }
            return .value(key: key, "true")
        }
        rest.removeFirst()
        skipBlanks()
        return .value(key: key, try text())
    }

    /// A value up to the end of its line; blanks at its end are not part of it unless they are quoted.
    private mutating func text() throws(GitModules.Malformed) -> String {
        var text = String.UnicodeScalarView()
        // Counted along: to ask for it takes time in proportion to it.
        var (count, length) = (0, 0)
        var isQuoted = false
        while let scalar = rest.first, scalar != "\n" {
            rest.removeFirst()
            switch scalar {
            case "\"": isQuoted.toggle()
            case "\\":
                guard let next = rest.popFirst() else { throw malformed }
                let meant: Unicode.Scalar
                switch next {
                case "\n":
                    number += 1
                    continue
                case "n": meant = "\n"
                case "t": meant = "\t"
                case "b": meant = "\u{8}"
                case "\\", "\"": meant = next
                default: throw malformed
                }
                text.append(meant)
                count += 1
            case "#" where !isQuoted, ";" where !isQuoted:
                rest = rest.drop { $0 != "\n" }
                continue
            case "\0": throw malformed
            default:
                text.append(scalar)
                count += 1
                if !isQuoted, scalar == " " || scalar == "\t" { continue }
            }
            length = count
        }
        guard !isQuoted else { throw malformed }
        return String(String.UnicodeScalarView(text.prefix(length)))
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }

    private mutating func takeWhile(_ isTaken: (Unicode.Scalar) -> Bool) -> Substring.UnicodeScalarView {
        let taken = rest.prefix(while: isTaken)
        rest = rest[taken.endIndex...]
        return taken
    }
}
