/// Writes the pretty text of an array in pieces: no more of its elements is in memory than the last piece has.
package struct JSONArrayText {
    private let take: (String) -> Void
    private var text = "["
    private var isEmpty = true

    private static let pieceInBytes = 1 << 16

    package init(to take: @escaping (String) -> Void) { self.take = take }

    package mutating func add(_ element: JSONValue) {
        text += isEmpty ? "\n  " : ",\n  "
        isEmpty = false
        element.write(to: &text, indent: 1)
        guard text.utf8.count >= Self.pieceInBytes else { return }
        take(text)
        text = ""
    }

    /// To be called once, after the last element.
    package mutating func end() {
        take(text + (isEmpty ? "]" : "\n]"))
        text = ""
    }
}
