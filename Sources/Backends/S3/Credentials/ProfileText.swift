/// The sections of one of AWS's configuration files.
///
/// As AWS's tools read them: `#` and `;` begin a comment line, names are in lower case, `=` or `:` ends a name, indented
/// lines belong to the setting above them, and the last of two equal names holds.
package struct ProfileText {
    /// Settings by section: the text between the brackets, spaces made one.
    package private(set) var sections: [String: [String: String]] = [:]

    /// The number of a line that is nothing of that.
    package struct Fault: Error, Equatable {
        package let line: Int
    }

    package init(_ text: String) throws(Fault) {
        var section: String?
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        for (index, raw) in lines.enumerated() {
            let line = Self.trimmed(raw)
            guard let first = line.first, first != "#", first != ";" else { continue }
            // Settings within a setting, such as those of "s3 =": nothing here reads them.
            if raw.first == " " || raw.first == "\t" { continue }
            if first == "[" {
                guard let end = line.firstIndex(of: "]") else { throw Fault(line: index + 1) }
                let words = line[..<end].dropFirst().split { $0 == " " || $0 == "\t" }
                let name = words.map { $0.filter { $0 != "\"" && $0 != "'" } }.joined(separator: " ")
                section = name
                sections[name, default: [:]].merge([:]) { $1 }
                continue
            }
            guard let section, let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                throw Fault(line: index + 1)
            }
            let name = Self.trimmed(line[..<mark]).lowercased()
            sections[section]?[name] = String(Self.trimmed(line[line.index(after: mark)...]))
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
