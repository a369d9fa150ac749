import Fixtures

/// The most memory that a sync of 100,000 files ever holds, and of 10,000.
enum MemoryRow {
    static let row = BenchmarkRow(
        name: "memory", about: "peak memory of a first sync and of one without change, 100,000 and 10,000 files"
    ) { inputs, rounds in
        let server = try GitServer()
        var findings: [Finding] = []
        for type in ["local", "git"] {
            var first: [Double] = []
            var same: [Double] = []
            for count in [10_000, 100_000] {
                let url: String
                if type == "git" {
                    try inputs.importMany(count, into: try server.repository("many-\(count)") {})
                    url = server.url("many-\(count)")
                } else {
                    url = try inputs.manyFiles(count)
                }
                var (firsts, sames): ([Measurement], [Measurement]) = ([], [])
                for _ in 0..<min(rounds, 3) {
                    let store = try inputs.store("memory", type: type, url: url)
                    firsts.append(try Program.sync(store))
                    _ = try Program.sync(store)
                    sames.append(try Program.sync(store))
                }
                first.append(firsts.median.peakMiB)
                same.append(sames.median.peakMiB)
            }
            findings += [
                .figure("memory", "\(type), first sync, 100,000 files", first[1], "MiB", atMost: 96),
                .figure("memory", "\(type), first sync, over that of 10,000", first[1] / first[0], "x", atMost: 1.2),
                .figure("memory", "\(type), no change, 100,000 files", same[1], "MiB", atMost: 48),
                .figure("memory", "\(type), no change, over that of 10,000", same[1] / same[0], "x", atMost: 1.2),
            ]
        }
        return findings
    }
}
