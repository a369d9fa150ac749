import Fixtures

/// A directory of 100,000 files on this machine's disk.
enum LocalRows {
    static let first = BenchmarkRow(
        name: "local-first", about: "local, first sync of 100,000 files, beside cp -r and sha256sum of it"
    ) { inputs, rounds in
        let tree = try inputs.manyFiles(100_000)
        var (ours, theirs): ([Measurement], [Measurement]) = ([], [])
        for _ in 0..<rounds {
            let store = try inputs.store("local", type: "local", url: tree)
            try inputs.remove("copy")
            ours.append(try Program.sync(store))
            theirs.append(
                try Program.measure([
                    "bash", "-c", "cp -r \"$0\" \"$1\" && find \"$1\" -type f -print0 | xargs -0 sha256sum", tree,
                    inputs.path("copy"),
                ]))
        }
        return [.ratio("local-first", "cp -r, then sha256sum of it", ours, theirs, atMost: 1)]
    }

    static let noChange = BenchmarkRow(
        name: "local-no-change", about: "local, no change in 100,000 files, beside find -printf, sorted"
    ) { inputs, rounds in
        let tree = try inputs.manyFiles(100_000)
        let store = try inputs.store("local", type: "local", url: tree)
        // What was written just before is looked at once more; the sync after that has nothing to read.
        for _ in 0..<2 { _ = try Program.sync(store) }
        var (ours, theirs): ([Measurement], [Measurement]) = ([], [])
        for _ in 0..<rounds {
            ours.append(try Program.sync(store))
            theirs.append(
                try Program.measure([
                    "bash", "-c", "find \"$0\" -printf '%p %s %T@ %C@ %i\\n' | LC_ALL=C sort", tree,
                ]))
        }
        return [
            .ratio("local-no-change", "find -printf | sort", ours, theirs, atMost: 1.5), try opened(inputs, store),
        ]
    }

    /// How many of the tree's files a sync opens.
    private static func opened(_ inputs: Inputs, _ store: String) throws -> Finding {
        let what = "files opened"
        guard Program.isInstalled("strace") else { return .unmeasured("local-no-change", what, missing: "strace") }
        let count = try inputs.shell(
            """
            strace -f -e trace=open,openat,openat2 -o trace "$1" sync it --store "$2" >/dev/null
            grep -c 'host-[0-9]*\\.yaml' trace || true
            """, Program.sluice, store)
        return .count("local-no-change", what, Int(count) ?? -1, exactly: 0)
    }
}
