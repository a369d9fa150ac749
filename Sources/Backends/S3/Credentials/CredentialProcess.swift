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
    /// It is killed with all that it started when it takes longer.
    private let patience: Duration

    private static let limitInBytes = 256 << 10

    package init(_ command: String, shown: String, patience: Duration = .seconds(60)) {
        self.command = command
        self.shown = shown
        self.patience = patience
    }

    package func fetch() async throws -> CredentialFinding {
        guard let words = Self.words(in: command), let program = words.first else {
            throw failure("it cannot be split into words", advice: "close its quotes")
        }
        let output = try await output(of: program, Array(words.dropFirst()))
        guard let document = CredentialDocument(output), document.members["Version"] == .number("1"),
            let credentials = document.credentials(token: "SessionToken")
        else { throw failure("it prints no credentials of version 1", advice: "run it by hand to see what it prints") }
        return .found(credentials, place: "credential_process of \(shown)")
    }

    private func output(of program: String, _ arguments: [String]) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await run(program, arguments) }
            group.addTask { [patience] in
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let output = first else {
                throw failure(
                    "it took longer than \(patience.components.seconds) s",
                    advice: "run it by hand to see what it waits for: here nobody can answer it")
            }
            return output
        }
    }

    /// In a session of its own, so that it cannot ask a person anything.
    private func run(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(arguments), platformOptions: options, input: .none,
                output: .bytes(limit: Self.limitInBytes), error: .discarded)
            try Task.checkCancellation()
            guard result.terminationStatus.isSuccess else {
                throw failure("it ended with \(result.terminationStatus)", advice: "run it by hand to see why")
            }
            return result.standardOutput
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            guard error.code != .outputLimitExceeded else {
                throw failure(
                    "it prints more than \(Self.limitInBytes >> 10) KiB", advice: "run it by hand to see what it prints"
                )
            }
            throw failure("\(error)", advice: "check that the program exists and may be run")
        }
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
