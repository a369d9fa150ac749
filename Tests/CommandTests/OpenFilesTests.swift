import Testing

@testable import sluice

@Suite struct OpenFilesTests {
    @Test(arguments: [(8, 1, 4), (64, 1, 10), (128, 3, 10), (256, 7, 10), (1_024, 8, 32), (65_536, 8, 32)])
    func `how much is done at once follows how many files may be open`(_ limit: Int, _ sources: Int, _ reads: Int) {
        #expect(OpenFiles.sourcesAtOnce(for: limit) == sources)
        #expect(OpenFiles.readsAtOnce(for: limit) == reads)
        // What does not leave room for the store and one source fails with a reason.
        if limit >= 64 { #expect(32 + sources * reads <= limit) }
    }
}
