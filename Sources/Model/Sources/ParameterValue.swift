/// The value of a backend's parameter: given as it is, or a reference that is read each time the value is used.
package enum ParameterValue: Hashable, Sendable {
    case literal(String)
    /// Given as it is, for a setting that is declared secret: never shown, and encrypted wherever it is kept.
    case secret(String)
    /// A secret that the store has encrypted; `SecretVault` opens it.
    case sealed(SealedValue)
    /// The environment variable of this name: `{"env": "NAME"}`.
    case environment(String)
    /// The content of the file at this path, without line ends at its end: `{"file": "path"}`.
    case file(String)
    /// What a program prints, without line ends at its end: `{"command": ["program", "argument"]}`. Run without a shell.
    case command([String])

    /// By bytes: two Unicode forms of one text are two values.
    package static func == (left: ParameterValue, right: ParameterValue) -> Bool {
        switch (left, right) {
        case (.literal(let left), .literal(let right)), (.secret(let left), .secret(let right)),
            (.environment(let left), .environment(let right)), (.file(let left), .file(let right)):
            left.isExactly(right)
        case (.sealed(let left), .sealed(let right)): left == right
        case (.command(let left), .command(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isExactly($1) }
        default: false
        }
    }
}

extension ParameterValue: CustomStringConvertible {
    /// Safe to print whatever the parameter is: a value shows as `********`, a reference as what it refers to.
    package var description: String {
        switch self {
        case .literal, .secret, .sealed: "********"
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .command(let words): "command:\(words.first ?? "")"
        }
    }
}
