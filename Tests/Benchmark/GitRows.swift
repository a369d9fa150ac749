import Fixtures

/// git over HTTP, on loopback.
enum GitRows {
    static let first = BenchmarkRow(
        name: "git-first", about: "git, first sync of a real tree, beside git clone --depth 1"
    ) { inputs, rounds in
        let (server, repository) = try real(inputs)
        let url = server.url("bench")
        var (ours, clone, bare): ([Measurement], [Measurement], [Measurement]) = ([], [], [])
        for _ in 0..<rounds {
            let store = try inputs.store("git-store", type: "git", url: url)
            try inputs.remove("clone")
            try inputs.remove("bare")
            ours.append(try Program.sync(store))
            clone.append(try Program.measure(["git", "clone", "-q", "--depth", "1", url, inputs.path("clone")]))
            bare.append(
                try Program.measure(["git", "clone", "-q", "--bare", "--depth", "1", url, inputs.path("bare")]))
        }
        let count = try repository.git("ls-files").split(separator: "\n").count
        return [
            .ratio("git-first", "git clone --depth 1 of \(count) files", ours, clone, atMost: 1),
            .ratio("git-first", "git clone --depth 1, near the aim?", ours, clone, atMost: 0.6).asHint,
            .ratio("git-first", "git clone --depth 1 --bare: nothing written out", ours, bare, atMost: 1).asHint,
        ]
    }

    static let noChange = BenchmarkRow(
        name: "git-no-change", about: "git, no change, whole process, beside git ls-remote URL HEAD"
    ) { inputs, rounds in
        let server = try GitServer()
        let sizes = [1_000, 100_000]
        var stores: [String] = []
        for size in sizes {
            let repository = try server.repository("many-\(size)") {}
            try inputs.importMany(size, into: repository)
            stores.append(try inputs.store("git-\(size)", type: "git", url: server.url("many-\(size)")))
            _ = try Program.sync(stores[stores.count - 1])
        }
        var ours: [[Measurement]] = [[], []]
        var theirs: [[Measurement]] = [[], []]
        // A short row: more rounds cost nothing.
        for _ in 0..<rounds * 5 {
            for (index, size) in sizes.enumerated() {
                ours[index].append(try Program.sync(stores[index]))
                theirs[index].append(
                    try Program.measure(["git", "ls-remote", "-q", server.url("many-\(size)"), "HEAD"]))
            }
        }
        let before = server.seen.count
        _ = try Program.sync(stores[1])
        let requests = server.seen.count - before
        return [
            .ratio("git-no-change", "git ls-remote, 1,000 files", ours[0], theirs[0], atMost: 1.5),
            .ratio("git-no-change", "git ls-remote, 100,000 files", ours[1], theirs[1], atMost: 1.5),
            .figure(
                "git-no-change", "100,000 files over 1,000 files, allowing for noise",
                ours[1].median.wall / ours[0].median.wall, "x", atMost: 1.1),
            .count("git-no-change", "requests", requests, exactly: 1),
        ]
    }

    static let onePercent = BenchmarkRow(
        name: "git-one-percent", about: "git, 1 % of files changed, beside git pull on a clone"
    ) { inputs, rounds in
        let (server, repository) = try real(inputs)
        let url = server.url("bench")
        let store = try inputs.store("git-store", type: "git", url: url)
        try inputs.remove("clone")
        _ = try Program.sync(store)
        _ = try Program.measure(["git", "clone", "-q", url, inputs.path("clone")])
        var (ours, theirs): ([Measurement], [Measurement]) = ([], [])
        var changed = 0
        for round in 0..<rounds {
            changed = try inputs.changeHundredth(of: repository.path, round)
            try repository.git("commit", "-q", "-a", "-m", "round \(round)")
            ours.append(try Program.sync(store))
            theirs.append(try Program.measure(["git", "-C", inputs.path("clone"), "pull", "-q"]))
        }
        return [.ratio("git-one-percent", "git pull, \(changed) files changed", ours, theirs, atMost: 1)]
    }

    /// The real tree in a repository with a history, on a server of its own.
    private static func real(_ inputs: Inputs) throws -> (GitServer, GitRepository) {
        let server = try GitServer()
        let repository = try server.repository("bench") {}
        try Command.run(["cp", "-r", try inputs.realTree() + "/.", repository.path])
        try repository.git("add", "-A")
        try repository.git("commit", "-q", "-m", "all")
        for number in 0..<10 {
            _ = try inputs.changeHundredth(of: repository.path, number)
            try repository.git("commit", "-q", "-a", "-m", "change \(number)")
        }
        try repository.git("gc", "-q")
        return (server, repository)
    }
}

extension Finding {
    /// The same as something to know, which nobody promised.
    var asHint: Finding {
        Finding(row: row, what: what, ours: ours, theirs: theirs, value: value, limit: "(\(limit))", holds: nil)
    }
}
