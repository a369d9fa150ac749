import Fixtures
import Foundation
import Testing

@testable import sluice_fuzz

/// The short form of `Tests/fuzz`: the committed inputs, and others that are made of them.
@Suite struct FuzzTests {
    @Test(arguments: FuzzTarget.all.map(\.name))
    func `a parser survives its corpus and what is made of it`(_ target: String) throws {
        let output = try Command.run([
            Self.program, "mutate", target, "\(Self.corpus)/\(target)", "\(Self.countOfInputs(target))", "1",
        ])
        #expect(String(decoding: output, as: UTF8.self).hasPrefix("\(target): "))
    }

    @Test func `every parser has a corpus, and every corpus a parser`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus)
        #expect(folders.sorted() == FuzzTarget.all.map(\.name).sorted())
    }

    /// Fewer where a long input takes long.
    private static func countOfInputs(_ target: String) -> Int {
        ["text-diff", "ignore-rules"].contains(target) ? 15 : 100
    }

    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus").path

    /// The test bundle and the program are built into the same folder.
    private static let program: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("sluice-fuzz").path
    }()
}
