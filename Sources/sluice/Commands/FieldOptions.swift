import ArgumentParser
import Model

/// An object's own fields, as `link` and `object edit` take them.
struct FieldOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: "A field, as NAME=VALUE; the value is JSON, or else taken as a string. Repeat it for more.")
    var assignments: [String] = []

    /// The known fields with these over them; those that have their default are left out.
    ///
    /// - Throws: ``UsageError`` for a field that the kind does not have, a bad value, or a required field that is missing.
    func over(_ known: [String: JSONValue], of kind: ObjectKindName) throws -> [String: JSONValue] {
        var fields = known
        for assignment in assignments {
            guard let mark = assignment.firstIndex(of: "="), mark > assignment.startIndex else {
                throw UsageError.wrong("--set takes NAME=VALUE")
            }
            let name = String(assignment[..<mark])
            let text = String(assignment[assignment.index(after: mark)...])
            guard let field = kind.field(name) else {
                let names = kind.fields.map(\.name).joined(separator: ", ")
                throw UsageError.wrong("a \(kind.label) has no field \"\(name)\"; it has \(names)")
            }
            // What is not JSON is meant as a string, so that nobody has to quote a description.
            let value = (try? JSONParser.parse(text.utf8)) ?? .string(text)
            if let fault = field.fault(in: value) { throw UsageError.wrong("the field \"\(name)\" \(fault)") }
            fields[name] = value == field.defaultValue ? nil : value
        }
        for field in kind.fields where field.isRequired && fields[field.name] == nil {
            throw UsageError.wrong("a \(kind.label) needs the field \"\(field.name)\": --set \(field.name)=...")
        }
        return fields
    }
}
