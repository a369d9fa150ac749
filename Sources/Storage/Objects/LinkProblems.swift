internal import Model

/// What the last sync of each source could not replicate, to be found by the paths of links.
struct LinkProblems {
    private var byName: [SourceID: [EscapedName: FileProblem]] = [:]

    /// Problems are kept under shown names; a path that is cut to be shown is not to be told from others.
    private static let longestPath = 200

    mutating func add(_ problem: FileProblem, of source: SourceID) {
        byName[source, default: [:]][problem.name] = problem
    }

    /// What stands at the path, or what stands where a folder of it should be.
    func problem(at path: RelativePath, of source: SourceID) -> FileProblem? {
        guard let problems = byName[source], path.string.unicodeScalars.count <= Self.longestPath else { return nil }
        if let problem = problems[EscapedName(path.string)] { return problem }
        return path.folders.lazy.compactMap { problems[EscapedName($0.string)] }.first { $0.kind.replacesFolder }
    }
}

extension FileProblem.Kind {
    /// Whether nothing can be below a path with this problem. A bucket has keys below keys.
    fileprivate var replacesFolder: Bool { self == .symbolicLink || self == .submodule }
}
