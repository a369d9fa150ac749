package import Model

extension ObjectStatus {
    /// Why the object is in its state, as one clause for a person.
    package var reason: String {
        let path = "\"\(EscapedName(link.path.string))\""
        let held = object.content
        switch state {
        case .inSync: return "holds what \(path) holds"
        case .outOfDate:
            guard let applied = held.appliedFile else { return "\(path) has not been applied yet" }
            return "\(path) changed (\(applied.short) -> \(file?.digest.short ?? "none"))"
        case .editedLocally: return "edited since \(path) was applied"
        case .conflict:
            return held.appliedFile == nil
                ? "has content of its own, and \(path) has not been applied yet"
                : "edited since \(path) was applied, and the file changed too"
        case .sourceMissing:
            let successors = likelySuccessors.map { "\"\(EscapedName($0.string))\"" }.joined(separator: ", ")
            return "\(path) is not in the data source" + (successors.isEmpty ? "" : "; likely renamed to \(successors)")
        case .invalid: return "\(path) cannot be used: \(decodeFault ?? "it does not decode")"
        }
    }
}
