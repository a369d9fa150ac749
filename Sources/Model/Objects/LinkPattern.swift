/// One line that links every file of a data source that matches, and follows the files that come and go.
package struct LinkPattern: Sendable, Equatable {
    package let id: LinkPatternID
    package var settings: LinkPatternSettings

    package init(id: LinkPatternID, settings: LinkPatternSettings) {
        self.id = id
        self.settings = settings
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
}
