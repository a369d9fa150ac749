/// What `environment_params` of a template may hold.
///
/// Source: NetBox 4.6's allow-list, with its refusals; any JSON value is legal for a permitted key.
package enum TemplateEnvironment {
    package static let permittedKeys: Set<String> = [
        "auto_reload", "autoescape", "block_end_string", "block_start_string", "cache_size", "comment_end_string",
        "comment_start_string", "enable_async", "keep_trailing_newline", "line_comment_prefix",
        "line_statement_prefix", "lstrip_blocks", "newline_sequence", "optimized", "trim_blocks", "undefined",
        "variable_end_string", "variable_start_string",
    ]

    /// The classes that `undefined` may name.
    package static let undefinedClasses = [
        "jinja2.Undefined", "jinja2.ChainableUndefined", "jinja2.DebugUndefined", "jinja2.StrictUndefined",
    ]

    /// What is wrong with `value`, as a clause in lower case, or nil when it is legal. Null is legal, as in NetBox.
    package static func fault(in value: JSONValue) -> String? {
        if value == .null { return nil }
        guard case .object(let members) = value else { return "must be an object, not \(value.kind)" }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if key == "finalize" { return "\"finalize\" is deprecated and not permitted" }
            guard permittedKeys.contains(key) else {
                return "\"\(EscapedName(key))\" is not a permitted parameter; permitted are "
                    + permittedKeys.sorted().joined(separator: ", ")
            }
            if key == "undefined", !undefinedClasses.contains(where: { value == .string($0) }) {
                return "\"undefined\" must be one of \(undefinedClasses.joined(separator: ", "))"
            }
        }
        return nil
    }
}
