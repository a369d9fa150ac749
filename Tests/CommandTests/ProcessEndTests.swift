import Fixtures
import Foundation
import Testing

/// A process ends without the clean-up of its libraries, which would meet threads that still run in them.
@Suite struct ProcessEndTests {
    @Test(
        arguments: [
            (["sync", "it"], 0), (["sync", "nobody"], 1), (["status", "--wrong"], 64), (["sync", "--help"], 0),
        ] as [([String], Int32)])
    func `no library is taken apart under a running thread`(_ arguments: [String], _ status: Int32) throws {
        let server = try GitServer()
        _ = try server.repository { commit("a.j2", "a") }
        let program = try Program()
        try program.sluice("source", "add", "it", "--type", "git", "--url", server.url())
        let result = try program.run(
            arguments, environment: ["LD_DEBUG": "files", "LD_DEBUG_OUTPUT": program.folder.path(of: "loader")])
        #expect(result.status == status, "\(result.talk)")
        // The loader tells of each library when it begins, and when it is taken apart; one file for each process.
        let told = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
            .filter { $0.hasPrefix("loader.") }.map { program.folder.read($0) }.joined()
        #expect(told.contains("calling init: ") && told.contains("libcrypto"))
        #expect(!told.contains("calling fini: "))
        withExtendedLifetime(server) {}
    }
}
