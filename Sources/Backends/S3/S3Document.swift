internal import Foundation
internal import FoundationXML

/// The elements of a small XML answer, handed over one by one.
///
/// Document type declarations, and with them entities of the sender's making, are refused.
struct S3Document {
    let body: [UInt8]

    /// One element: its name, its children's names with their text, in order.
    struct Element {
        let path: [String]
        /// Whitespace kept; that of its children not included.
        let text: String
    }

    /// Calls `visit` at the end of each element, children before parents.
    ///
    /// - Returns: the name of the outermost element, or nil when this is no well-formed XML to its very end.
    func read(_ visit: (Element) -> Void) -> String? {
        withoutActuallyEscaping(visit) { visit in
            let reader = Reader(visit)
            let parser = XMLParser(data: Data(body))
            parser.delegate = reader
            parser.shouldResolveExternalEntities = false
            let isComplete = parser.parse() && reader.path.isEmpty && !reader.hasFailed
            return isComplete ? reader.root : nil
        }
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var path: [String] = []
        var root: String?
        /// The parser reports more than makes it give up, such as text after the end.
        var hasFailed = false
        private var texts: [String] = []
        private let visit: (Element) -> Void

        init(_ visit: @escaping (Element) -> Void) { self.visit = visit }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            guard path.count < 16 else { return parser.abortParsing() }
            root = root ?? name
            path.append(name)
            texts.append("")
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            guard !texts.isEmpty else { return }
            texts[texts.count - 1] += text
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            guard let text = texts.popLast() else { return }
            visit(Element(path: path, text: text))
            path.removeLast()
        }

        func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { hasFailed = true }

        func parser(_ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?) {
            parser.abortParsing()
        }
    }
}
