package import Model

extension ObjectStatus {
    /// Why the object is in its state, as one clause for a person.
    package var reason: String {
        let path = "\"\(EscapedName(link.path.string))\""
        let held = object.content
        switch state {
        case .inSync: return "holds what \(path) holds" + lastTry
        case .outOfDate:
            guard let applied = held.appliedFile else { return "\(path) has not been applied yet" + lastTry }
            return "\(path) changed (\(applied.short) -> \(file?.digest.short ?? "none"))" + lastTry
        case .editedLocally: return "edited since \(path) was applied" + lastTry
        case .conflict:
            return
                (held.appliedFile == nil
                ? "has content of its own, and \(path) has not been applied yet"
                : "edited since \(path) was applied, and the file changed too") + lastTry
        case .sourceMissing:
            if let problem { return "\(path) is not replicated: \(explanation(of: problem))" }
            let successors = likelySuccessors.map { "\"\(EscapedName($0.string))\"" }.joined(separator: ", ")
            return "\(path) is not in the data source" + (successors.isEmpty ? "" : "; likely renamed to \(successors)")
        case .invalid: return "\(path) cannot be used: \(unusable)"
        }
    }

    /// Why the file cannot be used: of a state that is `.invalid`.
    package var unusable: String { problem.map { explanation(of: $0) } ?? decodeFault ?? "it does not decode" }

    /// That the state is what was last known, for the file could not be read since.
    private var lastTry: String {
        problem.map { "; the last sync could not read the file: \(explanation(of: $0))" } ?? ""
    }

    private func explanation(of problem: FileProblem) -> String {
        problem.name == EscapedName(link.path.string) ? problem.reason : "\"\(problem.name)\" is \(problem.reason)"
    }
}
