/// Why a fixture could not be set up: a fault of the machine or of the test, never of the code under test.
package struct FixtureError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
