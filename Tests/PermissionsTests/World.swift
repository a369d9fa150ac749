import Model
import Permissions

/// A small world to decide things in: two data sources, four objects, a file, and people with different grants.
enum World {
    static let now = Timestamp(seconds: 1_700_000_000)

    static func source(_ id: Int64, _ name: String, type: String = "git", url: String = "https://git.example/a")
        -> DataSource
    {
        DataSource(
            id: SourceID(id),
            settings: DataSourceSettings(name: SourceName(stored: name), type: type, sourceURL: SourceURL(url)),
            state: DataSource.State(created: now, lastUpdated: now))
    }

    static let core = source(1, "core")
    static let lab = source(2, "lab", type: "local", url: "/srv/lab")
    static let sources = [core, lab]

    static func object(
        _ id: Int64, _ kind: ObjectKindName, _ name: String, from source: DataSource?, fields: [String: JSONValue] = [:]
    ) -> SyncedObject {
        SyncedObject(
            id: ObjectID(id), reference: ObjectReference(kind, ObjectName(stored: name)), fields: fields,
            link: source.map { SyncedObject.Link(source: $0.name, path: RelativePath(stored: "templates/\(name).j2")) },
            content: SyncedObject.ContentState(), created: now, lastUpdated: now)
    }

    static let leaf = object(10, .configTemplate, "leaf", from: core)
    static let labLeaf = object(11, .configTemplate, "lab-leaf", from: lab)
    static let context = object(12, .configContext, "ntp", from: core, fields: ["weight": 2_000])
    static let export = object(13, .exportTemplate, "csv", from: nil)
    static let objects = [leaf, labLeaf, context, export]

    static let file = DataFile(
        id: 100, path: RelativePath(stored: "templates/leaf.j2"),
        digest: Digest(bytes: [UInt8](repeating: 1, count: 32))!,  // 32 bytes are a digest
        size: 12, since: Generation(1), lastUpdated: now)
    static let ann = User(id: UserID(7), name: "ann", isSuperuser: false, isActive: true, groups: ["noc"])
    static let root = User(id: UserID(1), name: "root", isSuperuser: true, isActive: true, groups: [])
    static let permission = ObjectPermission(
        name: "lab", types: [.configTemplate], actions: [.sync], users: ["ann"], groups: ["noc"])

    static func object(_ object: SyncedObject) -> Target {
        Target(object, source: sources.first { $0.name == object.link?.source })
    }

    static let targets: [Target] =
        [Target(core), Target(lab), Target(file, of: core)] + objects.map(object)
        + [Target(ann), Target(root), Target(group: "noc"), Target(permission)]

    static func status(_ object: SyncedObject, sourceID: Int64 = 1) -> ObjectStatus {
        ObjectStatus(
            object: object,
            link: object.link
                ?? SyncedObject.Link(source: SourceName(stored: "gone"), path: RelativePath(stored: "gone")),
            sourceID: SourceID(sourceID), state: .outOfDate, file: file, since: nil, revision: nil)
    }

    static let contents = CatalogContents(version: 5, sources: sources, objects: objects, patterns: [])

    static let access = AccessContents(
        version: 3, users: [ann, root], groups: ["noc"], permissions: [permission])

    /// A user with number 7.
    static func principal(_ name: String, _ grants: Grant...) -> Principal {
        Principal(userID: UserID(7), name: name, grants: grants)
    }

    static let principals: [(Principal, what: String)] = [
        (Principal(userID: UserID(1), name: "root", isSuperuser: true), "a superuser"),
        (
            Principal(
                userID: nil, name: "ghost", isSuperuser: true,
                grants: [Grant(types: Set(ObjectType.allCases), actions: Set(Action.allCases))]),
            "unknown to the store, whatever is said of them"
        ),
        (principal("nobody"), "known, without a grant; a disabled permission or user gives none either"),
        (principal("reader", Grant(types: Set(ObjectType.allCases), actions: [.view])), "may view everything"),
        (
            principal(
                "operator", Grant(types: [.dataSource], actions: [.view, .sync], constraints: ["name": "core"]),
                Grant(types: [.dataFile], actions: [.view], constraints: ["source__name": "core"])),
            "operates one source"
        ),
        (
            principal(
                "lab",
                Grant(
                    types: [.configTemplate], actions: [.view, .change, .sync],
                    constraints: ["name__startswith": "lab-"])),
            "edits and syncs templates by name"
        ),
        (
            principal(
                "either", Grant(types: [.configTemplate], actions: [.sync], constraints: ["name": "leaf"]),
                Grant(
                    types: [.configTemplate, .configContext], actions: [.sync],
                    constraints: ["data_source__type": "local"])),
            "two grants, of which one must hold"
        ),
        (
            principal(
                "list",
                Grant(
                    types: [.configTemplate], actions: [.sync],
                    constraints: [["name": "nothing"], ["data_source__name": "core"]])),
            "one grant with a list"
        ),
        (
            principal(
                "both",
                Grant(
                    types: [.configTemplate], actions: [.sync],
                    constraints: ["name": "leaf", "data_source__name": "lab"])),
            "two look-ups that never hold together"
        ),
        (
            principal(
                "self", Grant(types: [.user], actions: [.view, .change], constraints: ["id": "$user"]),
                Grant(types: [.objectPermission], actions: [.view], constraints: ["groups__name__in": ["noc", "x"]])),
            "themselves, and permissions of a group"
        ),
        (
            principal("empty", Grant(types: Set(ObjectType.allCases), actions: Set(Action.allCases), constraints: [])),
            "an empty list lets nothing through"
        ),
        (
            principal(
                "broken", Grant(types: [.dataSource], actions: [.view], constraints: ["colour": "red"]),
                Grant(types: [.configTemplate], actions: [.view], constraints: [["colour": "red"], ["name": "leaf"]]),
                Grant(types: [.configContext], actions: [.view], constraints: "all")),
            "what cannot be read holds for nothing, the rest stands"
        ),
        (
            principal(
                "admin", Grant(types: [.user, .group, .objectPermission], actions: [.view, .add, .change, .delete])),
            "administers access"
        ),
        (
            principal("granted", Grant(types: Set(ObjectType.allCases), actions: Set(Action.allCases))),
            "may do everything that a grant can give"
        ),
    ]
}
