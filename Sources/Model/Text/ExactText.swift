/// A text that is itself alone. Swift's strings are equal when they are two Unicode forms of one text; remotes and the
/// store keep those apart.
package protocol ExactText: Hashable, CustomStringConvertible {}

extension ExactText {
    package static func == (left: Self, right: Self) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}
