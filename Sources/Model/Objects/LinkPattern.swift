/// One line that links every file of a data source that matches, and follows the files that come and go.
package struct LinkPattern: Sendable, Equatable {
    package let id: LinkPatternID
    package var settings: LinkPatternSettings

    package init(id: LinkPatternID, settings: LinkPatternSettings) {
        self.id = id
        self.settings = settings
    }

    /// The object that the pattern makes for a file, or nil when the file does not match.
    ///
    /// - Throws: ``NameFault`` when the file matches and no legal name can be made of its path.
    package func object(for path: RelativePath) throws(NameFault) -> PatternedObject? {
        try settings.object(for: path, pattern: id)
    }
}

package struct LinkPatternID: Hashable, Sendable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }
}

/// What an administrator declares about a pattern link. One pattern stands once for a kind and a source.
package struct LinkPatternSettings: Sendable, Equatable {
    package var kind: ObjectKindName
    package var source: SourceName
    package var pattern: PathPattern
    /// The fields that objects get when the pattern makes them.
    package var fields: [String: JSONValue]
    package var isAutoSyncEnabled: Bool

    package init(
        kind: ObjectKindName, source: SourceName, pattern: PathPattern, fields: [String: JSONValue] = [:],
        isAutoSyncEnabled: Bool = false
    ) {
        self.kind = kind
        self.source = source
        self.pattern = pattern
        self.fields = fields
        self.isAutoSyncEnabled = isAutoSyncEnabled
    }

    /// What is wrong with a file that matches, and whose path gives no legal name.
    package func problem(_ fault: NameFault, at path: RelativePath) -> FileProblem {
        FileProblem(
            path: path, kind: .unlinkable,
            reason: "the pattern \"\(pattern)\" makes no legal name of it: \(fault.rawValue)")
    }

    /// See ``LinkPattern/object(for:)``; for a pattern that is only being added, without an id.
    package func object(for path: RelativePath, pattern id: LinkPatternID?) throws(NameFault) -> PatternedObject? {
        guard pattern.matches(path) else { return nil }
        return PatternedObject(
            pattern: id, reference: ObjectReference(kind, try pattern.name(for: path)), fields: fields, path: path,
            isAutoSyncEnabled: isAutoSyncEnabled)
    }
}
