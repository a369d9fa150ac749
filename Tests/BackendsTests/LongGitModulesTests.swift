import Testing

@testable import Backends

@Suite struct LongGitModulesTests {
    @Test(.timeLimit(.minutes(1)))
    func `a value as long as the file may be is read in time in proportion to it`() throws {
        let long = String(repeating: "é", count: (GitModules.longestInBytes - 100) / 2)
        let modules = try GitModules(Array("[submodule \"a\"]\n\tpath = a\n\turl = \(long)  \n".utf8))
        #expect(modules["a"]?.url == long)
    }
}
