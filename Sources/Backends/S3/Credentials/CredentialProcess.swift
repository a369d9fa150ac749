internal import Model
private import Subprocess
private import SystemPackage

/// A program that a profile names with `credential_process`, which prints credentials.
///
/// It is run as AWS's tools run it: split into words as a shell would quote them, and never through a shell.
/// - Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
package struct CredentialProcess: CredentialProvider {
    private let command: String
    /// Names the profile and the file.
    private let shown: String

    package init(_ command: String, shown: String) {
        self.command = command
        self.shown = shown
    }

    package func fetch() async throws -> CredentialFinding {
        guard let words = Self.words(in: command), let program = words.first else {
            throw failure("it cannot be split into words", advice: "close its quotes")
        }
        let output: [UInt8]
        do {
            let result = try await run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(words.dropFirst())), input: .none, output: .bytes(limit: 256 << 10),
                error: .discarded)
            guard result.terminationStatus.isSuccess else {
                throw failure("it ended with \(result.terminationStatus)", advice: "run it by hand to see why")
            }
            output = result.standardOutput
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw failure("\(error)", advice: "check that the program exists and may be run")
        }
        guard let document = CredentialDocument(output), document.members["Version"] == .number("1"),
            let credentials = document.credentials(token: "SessionToken")
        else { throw failure("it prints no credentials of version 1", advice: "run it by hand to see what it prints") }
        return .found(credentials, place: "credential_process of \(shown)")
    }

    private func failure(_ clause: String, advice: String) -> BackendError {
        BackendError(
            .credentials, "cannot run credential_process of \(shown): \(clause)", advice: advice)
    }

    /// The words of a command line: quoted by `'` or `"`, and `\` before a character takes it as it is. Nil when a
    /// quote stays open.
    package static func words(in line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (let open?, character) where open == character: quote = nil
            case ("'", _): word?.append(character)
            case (_, "\\"):
                guard let next = rest.popFirst() else { return nil }
                // Within double quotes only these are special.
                let isPlain = quote == nil || next == "\"" || next == "\\"
                word = (word ?? "") + (isPlain ? "\(next)" : "\\\(next)")
            case (nil, " "), (nil, "\t"):
                if let word { words.append(word) }
                word = nil
            default: word = (word ?? "") + "\(character)"
            }
        }
        guard quote == nil else { return nil }
        if let word { words.append(word) }
        return words
    }
}
