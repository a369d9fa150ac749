import Foundation
import Glibc
import Model

/// A parameter's value as a person gives it with `--set`.
struct GivenValue {
    /// As a declaration would have it; nil to take the parameter away.
    let json: JSONValue?

    /// Reads standard input, or asks, when `text` is `-`.
    ///
    /// - Parameter name: the parameter's.
    /// - Throws: ``UsageError``.
    init(_ text: Substring, of name: String) throws {
        if text.isEmpty {
            json = nil
        } else if text == "-" {
            json = .string(try Self.asked(name))
        } else if text.hasPrefix("env:") {
            json = ["env": .string(String(text.dropFirst(4)))]
        } else if text.hasPrefix("file:"), !text.hasPrefix("file://") {
            json = ["file": .string(String(text.dropFirst(5)))]
        } else if text.hasPrefix("command:") {
            json = ["command": .array(try Self.words(of: text.dropFirst(8), name).map { .string($0) })]
        } else {
            json = .string(String(text))
        }
    }

    /// Words between spaces, or the strings of a JSON array where a word has a space in it.
    private static func words(of text: Substring, _ name: String) throws -> [String] {
        guard text.hasPrefix("[") else { return text.split(separator: " ").map(String.init) }
        // What is not JSON is as wrong as JSON of another form.
        guard case .array(let values)? = try? JSONParser.parse(text.utf8) else { throw malformed(name) }
        return try values.map { value in
            guard case .string(let word) = value else { throw malformed(name) }
            return word
        }
    }

    private static func malformed(_ name: String) -> UsageError {
        .wrong("--set \(name)=command: takes words, or a JSON array of strings such as [\"pass\", \"show\", \"a b\"]")
    }

    private static func asked(_ name: String) throws -> String {
        let text: String
        if Terminal.inputIsTerminal {
            text = Terminal.askSecretly("value of \(name): ") ?? ""
        } else {
            let limit = 1 << 20
            let data = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw UsageError.wrong("the value of \(name) is over 1 MiB") }
            guard let whole = String(validating: data, as: UTF8.self) else {
                throw UsageError.wrong("the value of \(name) is not UTF-8 text")
            }
            text = whole
        }
        let value = String(text.reversed().drop(while: \.isNewline).reversed())
        guard !value.isEmpty else { throw UsageError.wrong("no value of \(name) was given") }
        return value
    }
}
