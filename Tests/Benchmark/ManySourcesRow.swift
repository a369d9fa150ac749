import Fixtures
import Foundation

/// 1,000 git sources on one server, none of them changed.
enum ManySourcesRow {
    static let row = BenchmarkRow(
        name: "many-sources", about: "1,000 git sources on one server, no change, beside git ls-remote, 8 at a time"
    ) { inputs, rounds in
        let count = 1_000
        let server = try GitServer()
        _ = try server.repository("one") { commit("a.yaml", "a: 1\n") }
        var declared: [String] = []
        for number in 1...count {
            try server.web.folder.link("root/s-\(number).git", to: server.web.folder.path(of: "git-one"))
            declared.append(
                "{\"name\": \"s-\(number)\", \"type\": \"git\", \"source_url\": \"\(server.url("s-\(number)"))\"}")
        }
        let declaration = try inputs.folder.write(
            "many.json", "{\"data_sources\": [\(declared.joined(separator: ",\n"))]}")
        try inputs.remove("many")
        let store = inputs.path("many")
        try Program.run("register", declaration, store: store)
        let all = [Program.sluice, "sync", "--all", "--store", store]
        _ = try Program.measure(all)
        var (ours, theirs): ([Measurement], [Measurement]) = ([], [])
        for _ in 0..<min(rounds, 3) {
            ours.append(try Program.measure(all))
            theirs.append(
                try Program.measure([
                    "bash", "-c", "seq \(count) | xargs -P8 -I{} git ls-remote -q \(server.web.url)/s-{}.git HEAD",
                ]))
        }
        let before = server.seen.count
        _ = try Program.measure(all)
        return [
            .ratio("many-sources", "git ls-remote, 8 at a time", ours, theirs, atMost: 0.5),
            .figure("many-sources", "peak memory", ours.median.peakMiB, "MiB", atMost: 64),
            .count("many-sources", "requests", server.seen.count - before, exactly: count),
        ]
    }
}
