/// A text that is itself alone. Swift's strings are equal when they are two Unicode forms of one text; remotes and the
/// store keep those apart.
package protocol ExactText: Hashable, CustomStringConvertible {}

extension String {
    /// Whether it is the other text byte by byte, as the store has it; `==` takes two Unicode forms for one.
    package func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension ExactText {
    package static func == (left: Self, right: Self) -> Bool {
        left.description.isExactly(right.description)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}
