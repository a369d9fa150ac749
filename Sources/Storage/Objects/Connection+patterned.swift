internal import Model

/// What became of an object that a pattern link makes for a file.
enum PatternedOutcome {
    case made
    /// The object of this name follows this very file.
    case linkedAlready
    case nameTaken
}

extension Connection {
    /// Makes the object, empty and never applied, unless its name is taken.
    func add(
        _ object: PatternedObject, pattern: LinkPatternID, source: SourceID, at now: Timestamp
    ) throws -> PatternedOutcome {
        let (kind, name) = (object.reference.kind, object.reference.name)
        let id: ObjectID? = try value(
            ObjectSQL.add, kind, name, JSONValue.object(object.fields), source, object.path,
            object.isAutoSyncEnabled, pattern, Digest?.none, Timestamp?.none, now)
        if id != nil { return .made }
        let isLinked: Bool? = try value(ObjectSQL.isLinkedTo, kind, name, source, object.path)
        return isLinked == true ? .linkedAlready : .nameTaken
    }
}
