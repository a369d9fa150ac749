/// What one sync committed, numbered 1, 2, 3... in each data source; 0 before the first.
package struct Generation: Hashable, Comparable, Sendable {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package static let none = Generation(0)
    package var next: Generation { Generation(number + 1) }

    package static func < (left: Generation, right: Generation) -> Bool { left.number < right.number }
}

extension Generation: CustomStringConvertible {
    package var description: String { String(number) }
}
