// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Backends
import Model

@testable import Permissions
@testable import Stages

/// What files become: declarations, contexts, templates and their differences, and constraints.
extension FuzzTarget {
    static let decoding: [FuzzTarget] = [
        FuzzTarget(
            "declaration",
            [
                "{\"data_sources\":[{\"name\":\"a\",\"type\":\"git\",\"source_url\":\"https://h/p\"}]}", "parameters",
                "ignore_rules", "sync_interval", "config_templates", "config_contexts", "export_templates",
                "data_source",
                "data_file", "{\"env\":\"A\"}", "{\"command\":[\"a\"]}",
            ]
        ) { input in
            let types = registeredBackends()
            do {
                _ = try Declaration.parse(input, types: types)
            } catch {
                _ = "\(error)"
                throw error
            }
        },
        FuzzTarget(
            "yaml",
            [
                "&a ", "*a", "<<: ", "? ", ": ", "- ", "\n", "!!int ", "|\n", ">-\n ", "---\n", "...\n", "%YAML 1.1\n",
                "0x1F", "0o7", ".inf", "\u{FEFF}", "{a: ", "[", "\t",
            ]
        ) { input in
            let content = try ConfigContextKind().decode(input, at: RelativePath(stored: "a.yaml"))
            // What throws here is a broken promise too.
            let again = try! ConfigContextKind().decode(content.bytes, at: RelativePath(stored: "a.json"))
            promise(again.digest == content.digest, "what a context becomes is JSON that becomes the same")
        },
        FuzzTarget("template", ["\u{0}", "\u{FEFF}", "{{ a }}"]) { input in
            let content = try ConfigTemplateKind().decode(input, at: RelativePath(stored: "a.j2"))
            promise(content.bytes == input, "a template is kept byte for byte")
        },
        FuzzTarget("text-diff", ["\n", "\r\n", "a\n"]) { input in
            let parts = input.parts(2)
            let diff = TextDiff.unified(parts[0].text, parts[1].text, from: "a", to: "b")
            promise(
                diff.isEmpty == parts[0].text.utf8.elementsEqual(parts[1].text.utf8), "only equal texts do not differ")
        },
        FuzzTarget("key-diff", ["{\"a\":", "[1,", "]", "}", "null"]) { input in
            let parts = input.parts(2)
            let (old, new) = (try JSONParser.parse(parts[0]), try JSONParser.parse(parts[1]))
            let changes = KeyDiff.changes(from: old, to: new)
            promise(
                changes.isEmpty == (old.canonical.utf8.elementsEqual(new.canonical.utf8)),
                "only equal values do not differ")
            for change in changes { _ = change.description }
        },
        FuzzTarget(
            "text-expression",
            [
                "(", ")", "(?:", "(?i)", "(?=", "|", "*", "+?", "{255}", "{1,30}", "{0,}", "[^", "[]", "]", "a-z", "^",
                "$",
                "\\b", "\\M", "\\d", "\\W", "\\1", "\\u00e9", "[[:alpha:]]", "[[:upper:]]", "(a?){200}", "(.*)*", "é",
                "\u{131}", "\u{17F}",
            ]
        ) { input in
            let parts = input.parts(2)
            for ignoresCase in [false, true] {
                let expression = try TextExpression(parts[0].text, ignoresCase: ignoresCase)
                promise(
                    expression.search(parts[1].text).steps <= expression.mostSteps(in: parts[1].text),
                    "a search takes each step once between two letters")
            }
        },
        FuzzTarget(
            "constraint",
            [
                "{\"name__regex\":", "{\"name__in\":[", "name__startswith", "id__gt", "users__username", "$user",
                "null",
                "__isnull", "(?i)", "(a|b)*", "{1,3}", "\\\\p{L}", "(?<n>", "[[:alpha:]]",
            ]
        ) { input in
            let parts = input.parts(2)
            let value = try JSONParser.parse(parts[0])
            for type in ObjectType.allCases {
                try? Constraint.check(value, for: [type])  // One for another type is an answer too.
                let constraint = Constraint(stored: value, of: type, user: UserID(1))
                _ = constraint.isMet(
                    by: Target(user: parts[1].text, id: UserID(1), isSuperuser: false, isActive: true, groups: []))
            }
        },
    ]
}
#endif
