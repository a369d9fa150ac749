/// The elements of a small XML answer, handed over one by one.
///
/// Document type declarations, and with them entities of the sender's making, are refused.
struct S3Document {
    let body: [UInt8]

    /// One element: its name, after those of the elements around it.
    struct Element {
        let path: [String]
        /// Whitespace kept; that of its children not included.
        let text: String
    }

    /// Calls `visit` at the end of each element, children before parents.
    ///
    /// - Returns: the name of the outermost element, or nil when this is no well-formed XML to its very end.
    func read(_ visit: (Element) -> Void) -> String? {
        XMLReader.read(body) { visit(Element(path: $0, text: $1)) }
    }
}
