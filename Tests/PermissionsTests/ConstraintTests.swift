import Model
import Permissions
import Testing

@Suite struct Constraints {
    @Test(arguments: LookUpCase.table) func `a look-up compares as in Django`(_ c: LookUpCase) throws {
        try Constraint.check(c.constraint, for: [.configTemplate])
        let object = World.object(
            4, .configTemplate, "Lab-Leaf.é", from: World.core,
            fields: ["tags": ["edge", "v2"], "description": "", "environment_params": ["a": 1]])
        #expect(Self.holds(c.constraint, World.object(object)) == c.holds)
    }

    struct LookUpCase: Sendable, CustomTestStringConvertible {
        let constraint: JSONValue
        let holds: Bool
        var testDescription: String { constraint.canonical }

        static let table: [LookUpCase] = [
            (.null, true), ([:], true), ([[:]], true), ([["name": "x"], [:]], true),
            (["name": "Lab-Leaf.é"], true), (["name": "lab-leaf.é"], false), (["name": "Lab-Leaf.e\u{301}"], false),
            (["name__exact": "Lab-Leaf.é"], true), (["name__iexact": "LAB-leaf.É"], true),
            (["name__iexact": "LAB"], false),
            (["name__contains": "-Le"], true), (["name__contains": "-le"], false), (["name__contains": ""], true),
            (["name__icontains": "-lE"], true), (["name__icontains": "leef"], false),
            (["name__startswith": "Lab-"], true), (["name__startswith": "lab-"], false),
            (["name__startswith": ""], true),
            (["name__istartswith": "lAB"], true), (["name__istartswith": "ab"], false),
            (["name__endswith": ".é"], true), (["name__endswith": ".É"], false), (["name__endswith": "Lab"], false),
            (["name__iendswith": ".É"], true), (["name__iendswith": "leaf"], false),
            (["name__in": ["a", "Lab-Leaf.é"]], true), (["name__in": ["a"]], false), (["name__in": []], false),
            (["name__gt": "Lab"], true), (["name__gt": "Lab-Leaf.é"], false), (["name__gte": "Lab-Leaf.é"], true),
            (["name__lt": "a"], true), (["name__lt": "Lab"], false), (["name__lte": "Lab-Leaf.é"], true),
            (["name__regex": "^Lab-[A-Z]"], true), (["name__regex": "^lab"], false), (["name__regex": "Leaf"], true),
            (["name__iregex": "^lab-l.*é$"], true), (["name__iregex": "^leaf"], false),
            (["name__isnull": false], true), (["name__isnull": true], false),
            (["id": 4], true), (["id": 5], false), (["id__in": [3, 4]], true), (["id__gt": 3], true),
            (["id__gt": 4], false),
            (["id__gte": 4], true), (["id__lt": 5], true), (["id__lte": 3], false), (["id": "$user"], false),
            (["data_source": 1], true), (["data_source": "$user"], false), (["data_source__in": ["$user", 1]], true),
            (["data_source__name": "core"], true), (["data_source__name__in": ["lab"]], false),
            (["data_source__type": "git"], true), (["data_source__type__startswith": "lo"], false),
            (["data_source__enabled": true], true),
            (["data_source__source_url__startswith": "https://git.example/"], true),
            (["data_source__sync_interval": .null], true), (["data_source__sync_interval__isnull": true], true),
            (["data_source__sync_interval": 60], false), (["data_source__sync_interval__lt": 60], false),
            (["data_path__startswith": "templates/"], true), (["auto_sync_enabled": false], true),
            (["debug": false], true), (["debug": true], false), (["as_attachment": true], true),
            (["description": ""], true), (["mime_type__isnull": false], true),
            (["tags": "edge"], true), (["tags__startswith": "v"], true), (["tags": "core"], false),
            (["tags__in": ["x", "v2"]], true), (["tags__isnull": false], true), (["tags__isnull": true], false),
            (["name__startswith": "Lab-", "id__gt": 3], true), (["name__startswith": "Lab-", "id__gt": 4], false),
            ([["name": "x"], ["id": 4]], true), ([["name": "x"], ["id": 5]], false),
        ].map { LookUpCase(constraint: $0.0, holds: $0.1) }
    }

    @Test(
        arguments: [
            (["nme": "x"], "nme", "no such attribute; there are id, name"),
            (["name__like": "x"], "name__like", "no such"),
            (["name__": "x"], "name__", "no such"), (["data_source__nme": "x"], "data_source__nme", "no such"),
            (["data_source__parameters": "x"], "data_source__parameters", "no such"), (["name": 5], "name", "string"),
            (["name__in": "x"], "name__in", "takes a list"), (["name__in": [1]], "name__in", "string"),
            (["id": "x"], "id", "whole number"), (["id": .number("1.5")], "id", "whole number"),
            (["id__contains": 1], "id__contains", "does not suit"), (["debug": "yes"], "debug", "true or false"),
            (["debug__gt": true], "debug__gt", "does not suit a flag"),
            (["name__isnull": "x"], "name__isnull", "true or false"),
            (["name__regex": "("], "name__regex", "no regular expression"), (["name": "$user"], "name", "string"),
            (["environment_params": [:]], "environment_params", "no such"),
            ([["name": "x"], ["nme": "x"]], "nme", "no such"),
        ] as [(JSONValue, String, String)])
    func `what cannot be compared is refused when a permission is made`(
        _ constraint: JSONValue, _ key: String, _ reason: String
    ) {
        let fault = #expect(throws: ConstraintFault.self) {
            try Constraint.check(constraint, for: [.configTemplate])
        }
        #expect(fault?.key == key)
        #expect(fault?.type == .configTemplate)
        #expect(fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
        #expect(
            !World.targets.contains { Self.holds([constraint], $0) } || constraint == [["name": "x"], ["nme": "x"]])
    }

    @Test(arguments: ["all", 5, true, [], [.null], ["x"], [[]]] as [JSONValue])
    func `what is no constraint is refused, and lets nothing through`(_ constraint: JSONValue) {
        #expect(throws: ConstraintFault.self) { try Constraint.check(constraint, for: [.dataSource]) }
        #expect(!Self.holds(constraint, Target(World.core)))
    }

    @Test func `a list of values takes as long as one value`() {
        let names = JSONValue.array((0..<50_000).map { .string("leaf-\($0)") })
        let ids = JSONValue.array((0..<50_000).map { .integer(Int64($0)) })
        let authorizer = Authorizer(
            World.principal(
                "p",
                Grant(types: [.configTemplate], actions: [.view], constraints: ["name__in": names, "id__in": ids])))
        let targets = (49_000..<54_000).map {
            World.object(World.object(Int64($0), .configTemplate, "leaf-\($0)", from: World.core))
        }
        #expect(targets.count { authorizer.allows(.view, $0) } == 1_000)
    }

    @Test func `a constraint of too many parts is refused, and lets nothing through`() {
        let expressions = JSONValue.array(Array(repeating: ["name__regex": "(a?){250}"], count: 9))
        let alternatives = JSONValue.array(Array(repeating: ["name": "leaf"], count: 1_001))
        for (constraint, reason) in [(expressions, "4000 steps"), (alternatives, "1000 objects")] {
            let fault = #expect(throws: ConstraintFault.self) {
                try Constraint.check(constraint, for: [.configTemplate])
            }
            #expect(fault?.reason.contains(reason) == true, "\(fault?.reason ?? "")")
            #expect(!Self.holds(constraint, World.object(World.leaf)))
        }
    }

    @Test func `a constraint must suit every type of the permission`() {
        #expect(throws: Never.self) { try Constraint.check(["weight": 5], for: [.configContext]) }
        let fault = #expect(throws: ConstraintFault.self) {
            try Constraint.check(["weight": 5], for: [.configContext, .configTemplate])
        }
        #expect(fault?.type == .configTemplate)
    }

    /// Otherwise a constraint could be stored that never holds.
    @Test func `every declared attribute is known of a target`() {
        for target in World.targets {
            for attribute in target.type.attributes {
                let isKnown =
                    Self.holds(["\(attribute.name)__isnull": true], target)
                    != Self.holds(["\(attribute.name)__isnull": false], target)
                #expect(isKnown, "\(attribute.name) of \(target.name)")
            }
        }
    }

    @Test func `an object without a link has no source`() {
        let target = World.object(World.export)
        #expect(Self.holds(["data_source__isnull": true], target))
        #expect(Self.holds(["data_source__name": .null], target))
        #expect(!Self.holds(["data_source__name__in": ["core", ""]], target))
    }

    @Test func `a secret in a URL decides nothing`() {
        let source = World.source(3, "s", url: "https://u:hunter2@git.example/a?token=x")
        #expect(!Self.holds(["source_url__contains": "hunter2"], Target(source)))
        #expect(!Self.holds(["source_url__contains": "token"], Target(source)))
        #expect(Self.holds(["source_url__startswith": "https://git.example/a"], Target(source)))
    }

    @Test func `a listing of ten thousand objects is filtered by two grants`() {
        let authorizer = Authorizer(
            World.principal(
                "p",
                Grant(
                    types: [.configTemplate], actions: [.view],
                    constraints: [
                        ["name__startswith": "lab-"], ["data_source__name__in": ["x", "y"], "debug": false],
                    ]),
                Grant(types: [.configTemplate], actions: [.view], constraints: ["name__icontains": "999"])))
        let targets = (0..<10_000).map {
            World.object(World.object(Int64($0), .configTemplate, "leaf-\($0)", from: World.core))
        }
        #expect(targets.count { authorizer.allows(.view, $0) } == 19)
    }

    private static func holds(_ constraint: JSONValue, _ target: Target) -> Bool {
        Authorizer(World.principal("p", Grant(types: [target.type], actions: [.view], constraints: constraint)))
            .allows(.view, target)
    }
}
