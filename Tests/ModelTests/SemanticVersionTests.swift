import Model
import Testing

@Suite struct SemanticVersionTests {
    /// Ascending; the run of 1.0.0 is the example of semver.org, 11.
    private static let ascending = [
        "0.0.0-0", "0.0.0", "0.0.1-0", "0.0.1", "0.9.10", "0.10.9", "1.0.0--", "1.0.0-RC", "1.0.0-a-1",
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.0.1-9", "1.0.1-10", "1.0.1-99999999999999999999", "1.0.1-100000000000000000000",
        "1.0.1-a", "1.0.1", "2.0.0", "2.1.0", "2.1.1", "10.0.0", "20261121.1.0",
    ]

    @Test func `precedence is that of the specification`() throws {
        let versions = try Self.ascending.map { try #require(SemanticVersion($0), "\($0)") }
        for (index, version) in versions.enumerated() {
            for (other, against) in versions.enumerated() {
                #expect((version < against) == (index < other), "\(version) and \(against)")
                #expect((version == against) == (index == other), "\(version) and \(against)")
            }
        }
        #expect(versions.map(\.description) == Self.ascending)
    }

    @Test(arguments: [
        ("1.0.0+a", "1.0.0"), ("1.0.0+a", "1.0.0+b.001"), ("1.0.0-rc.1+exp.sha.5114f85", "1.0.0-rc.1"),
        ("1.0.0+21AF26D3---117B344092BD", "1.0.0"),
    ])
    func `build metadata plays no part in the order`(_ left: String, _ right: String) throws {
        let (left, right) = (try #require(SemanticVersion(left)), try #require(SemanticVersion(right)))
        #expect(left == right && !(left < right) && !(right < left))
        #expect(left.hashValue == right.hashValue)
    }

    @Test(arguments: [
        "", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.02.3", "1.2.03", "1.2.3-", "1.2.3-01", "1.2.3-a..b",
        "1.2.3-a.",
        "1.2.3+", "1.2.3+a..b", "1.2.3+a+b", "1.2.3-ä", "1.2.3-a_b", "-1.2.3", "+1.2.3", "1.2.-3", "1.2.3 ", " 1.2.3",
        "1.2.x", "1..3", "1.2.٣", "18446744073709551616.0.0", "1.2.3-a b",
    ])
    func `what is no version to the letter is none`(_ text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test(arguments: ["0.0.4", "1.1.2-prerelease+meta", "1.0.0-0A.is.legal", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788"])
    func `what is a version to the letter is one`(_ text: String) {
        #expect(SemanticVersion(text) != nil)
    }
}
