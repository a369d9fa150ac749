package import Model

/// A kind of synced object: its own fields, and how a file's content becomes an object's.
///
/// Decoding is a pure function of the bytes and the path, so that whether content decodes can be remembered.
package protocol ObjectKind: Sendable {
    var name: ObjectKindName { get }

    /// NetBox's key of the content: `data`, `template_code`.
    var contentKey: String { get }

    /// Whether contents are JSON objects rather than text.
    var isMapping: Bool { get }

    /// Makes an object's content of a file's.
    ///
    /// Takes time and memory in proportion to `bytes`, whatever they are.
    /// - Throws: ``DecodeFault``, with the line where there is one.
    func decode(_ bytes: [UInt8], at path: RelativePath) throws(DecodeFault) -> ObjectContent

    /// Makes an object's content of the value under ``contentKey`` in a declaration or a request.
    func content(from value: JSONValue) throws(DecodeFault) -> ObjectContent

    /// Makes an object's content of what a person typed, which has no path to tell its format.
    func content(typed bytes: [UInt8]) throws(DecodeFault) -> ObjectContent

    /// What is wrong with a name for this kind beyond ``NameFault``, as a clause in lower case, or nil.
    func fault(in name: ObjectName) -> String?
}

extension ObjectKind {
    /// The kind's own fields, besides name, content and link.
    package var fields: [ObjectField] { name.fields }

    package func fault(in name: ObjectName) -> String? { nil }
}
