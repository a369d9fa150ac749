package import Model

/// Something that needs a permit. The types that conform have no values: they only tell permits apart.
package protocol Act: ~Copyable {
    /// What a permit is for.
    associatedtype Scope: Sendable
}

/// Syncing one data source.
package enum Sync: Act {
    package typealias Scope = SourceID
}

/// Putting content into some synced objects: applying a file, or going back to earlier applied content.
package enum ApplyContent: Act {
    package typealias Scope = Set<ObjectID>
}

/// Making some changes to data sources, objects and links.
package enum ChangeCatalog: Act {
    package typealias Scope = CatalogChanges
}

/// Making some changes to users, groups and permissions.
package enum Administer: Act {
    package typealias Scope = AccessChanges
}

/// Changing the store's settings or its key.
package enum AdministerStore: Act {
    package typealias Scope = StoreDeed
}

/// What is done to the store as a whole.
package enum StoreDeed: Sendable, Equatable {
    case change(StoreSettingChange)
    case rotateKey

    var subject: String {
        switch self {
        case .change(let change): "the setting \"\(change.name.rawValue)\""
        case .rotateKey: "the secret key"
        }
    }
}

/// Proof that somebody was allowed to do one thing, once: only ``Authorizer`` makes one, using it consumes it, and it
/// holds for nothing but what it was made for.
///
/// A permit is not stored and not handed to a job: what runs later asks again, so that a revoked grant stops it.
package struct Permit<Kind: Act>: ~Copyable, Sendable {
    private let scope: Kind.Scope
    private let actor: AuditActor

    init(for scope: Kind.Scope, actor: AuditActor) {
        self.scope = scope
        self.actor = actor
    }

    /// What was permitted, and to whom.
    fileprivate consuming func spend() -> (Kind.Scope, AuditActor) { (scope, actor) }
}

extension Permit where Kind == Sync {
    /// Spends the permit on the source that it was made for; traps on any other, since that is a mistake in the program
    /// that must not go on.
    package consuming func use(on source: SourceID) -> AuditActor {
        let (permitted, actor) = spend()
        precondition(source == permitted, "a permit for one data source was used on another")
        return actor
    }
}

extension Permit where Kind == ApplyContent {
    /// Spends the permit on all or some of the objects that it was made for; traps on any other, since that is a
    /// mistake in the program that must not go on.
    package consuming func use(on objects: some Collection<ObjectID>) -> AuditActor {
        let (permitted, actor) = spend()
        precondition(objects.allSatisfy(permitted.contains), "a permit for some objects was used on another")
        return actor
    }
}

extension Permit where Kind == ChangeCatalog {
    /// Spends the permit and gives the changes that it was made for: there is no other way to them, so no others can
    /// be made with it.
    package consuming func use() -> (changes: CatalogChanges, actor: AuditActor) {
        let (changes, actor) = spend()
        return (changes, actor)
    }
}

extension Permit where Kind == Administer {
    /// Spends the permit and gives the changes that it was made for.
    package consuming func use() -> (changes: AccessChanges, actor: AuditActor) {
        let (changes, actor) = spend()
        return (changes, actor)
    }
}

extension Permit where Kind == AdministerStore {
    /// Spends the permit and gives what it was made for.
    package consuming func use() -> (deed: StoreDeed, actor: AuditActor) {
        let (deed, actor) = spend()
        return (deed, actor)
    }
}

/// Changes to the catalog together with the version that they were decided and permitted on.
package struct CatalogChanges: Sendable {
    package let changes: [CatalogChange]
    package let version: Int64
}

/// Changes to users, groups and permissions together with the version that they were decided and permitted on.
package struct AccessChanges: Sendable {
    package let changes: [AccessChange]
    package let version: Int64
}
