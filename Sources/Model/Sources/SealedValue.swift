/// A secret as the store keeps it: encrypted, and bound to what it is for.
///
/// Only the store can open it, with its key. It may be passed along and kept again for the same use.
package struct SealedValue: Hashable, Sendable {
    package let text: String

    package init(text: String) { self.text = text }
}
