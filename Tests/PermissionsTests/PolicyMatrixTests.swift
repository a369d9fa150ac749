import Foundation
import Model
import Permissions
import Testing

/// The policy as a text that people review: who may do what to what.
@Suite struct PolicyMatrix {
    @Test func `the policy is what the committed matrix says`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "PolicyMatrix.txt")
        let committed = try String(contentsOf: file, encoding: .utf8)
        let present = Self.matrix()
        guard present != committed else { return }
        let old = Set(committed.split(separator: "\n"))
        let new = Set(present.split(separator: "\n"))
        let difference =
            committed.split(separator: "\n").filter { !new.contains($0) }.map { "- \($0)" }
            + present.split(separator: "\n").filter { !old.contains($0) }.map { "+ \($0)" }
        Issue.record(
            "the policy differs from \(file.path):\n\(difference.joined(separator: "\n"))\n\nit is now:\n\(present)")
    }

    static func matrix() -> String {
        let width = 2 + (World.targets.map(\.name.count).max() ?? 0)
        var text = "Who may do what. A dash is a refusal.\n"
        for (principal, what) in World.principals {
            let authorizer = Authorizer(principal)
            // In each row, so that a row that differs says whose it is.
            let name = padded(principal.name, to: 10)
            text += "\n# \(principal.name): \(what)\n"
            for target in World.targets {
                let cells = Action.allCases.map { action in
                    padded(authorizer.allows(action, target) ? action.rawValue : "-", to: 8)
                }
                text += name + padded(target.name, to: width) + cells.joined().trimmingSuffix() + "\n"
            }
            for (deed, isPermitted) in deeds(authorizer) {
                text += name + padded(deed, to: width) + (isPermitted ? "permitted" : "-") + "\n"
            }
        }
        return text
    }

    /// What takes a permit.
    private static func deeds(_ authorizer: Authorizer) -> [(String, Bool)] {
        let statuses = [World.leaf, World.labLeaf].map { World.status($0) }
        let rename = CatalogChange.changeObject(
            World.labLeaf.id,
            ObjectDraft(
                reference: ObjectReference(.configTemplate, ObjectName(stored: "leaf2")), link: World.labLeaf.link))
        let pattern = CatalogChange.addPattern(
            LinkPatternSettings(kind: .configTemplate, source: World.lab.name, pattern: PathPattern(stored: "*.j2")), []
        )
        func change(_ change: CatalogChange) -> Bool {
            succeeds { _ = try authorizer.permitChange([change], in: World.contents).use() }
        }
        func administer(_ change: AccessChange) -> Bool {
            succeeds {
                _ = try authorizer.permitAdminister([change], in: World.access).use()
            }
        }
        return [
            ("sync core", succeeds { _ = try authorizer.permitSync(World.core).use(on: World.core.id) }),
            (
                "apply leaf",
                succeeds {
                    _ = try authorizer.permitApply([World.status(World.leaf)], sources: World.sources).use(
                        on: [World.leaf.id])
                }
            ),
            (
                "apply leaf and lab-leaf",
                succeeds {
                    _ = try authorizer.permitApply(statuses, sources: World.sources).use(on: [World.leaf.id])
                }
            ),
            ("add a data source", change(.addSource(World.core.settings))),
            ("edit lab-leaf", change(.changeObject(World.labLeaf.id, ObjectDraft(reference: World.labLeaf.reference)))),
            ("rename lab-leaf to leaf2", change(rename)),
            ("add a pattern link to lab", change(pattern)),
            ("remove csv", change(.removeObject(World.export.id))),
            ("add a user", administer(.addUser(name: "bob", isSuperuser: false, groups: []))),
            (
                "make ann a superuser",
                administer(.changeUser(name: "ann", isSuperuser: true, isActive: true, groups: []))
            ),
            ("remove a superuser", administer(.removeUser(name: "root"))),
            ("add a permission", administer(.addPermission(World.permission))),
            ("view the settings", succeeds { try authorizer.requireSuperuserToView("the settings") }),
            (
                "set local_roots",
                succeeds { _ = try authorizer.permitStore(.change(.localRoots(["/srv"]))).use() }
            ),
            ("change the secret key", succeeds { _ = try authorizer.permitStore(.rotateKey).use() }),
        ]
    }

    private static func succeeds(_ deed: () throws -> Void) -> Bool {
        do {
            try deed()
            return true
        } catch {
            return false
        }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}
