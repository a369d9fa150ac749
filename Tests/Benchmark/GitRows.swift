import Fixtures

/// git over HTTP, on loopback.
struct GitRows {
    private let scene: Scene
    private let server: GitServer
    private let repository: GitRepository

    init(_ scene: Scene) throws {
        self.scene = scene
        server = try GitServer()
        repository = try server.repository("bench") { commit("README", "bench") }
        try Command.run(["cp", "-r", scene.tree + "/.", repository.path])
        try repository.git("add", "-A")
        try repository.git("commit", "-q", "-m", "all")
        try repository.git("gc", "-q")
    }

    func run(_ rounds: Int) async throws -> [Row] {
        let url = server.web.url + "/bench.git"
        let clone = scene.folder.path(of: "clone")
        var first = Row(name: "git, first sync", beside: "git clone --depth 1")
        var bare = Row(name: "git, first sync", beside: "git clone --depth 1 --bare")
        var same = Row(name: "git, no change", beside: "git ls-remote URL HEAD")
        var fetch = Row(name: "git, no change", beside: "git fetch")
        var some = Row(name: "git, 1 % changed", beside: "git pull")
        for round in 0..<rounds {
            let store = try scene.store("git-store", type: "git", url: url)
            try scene.remove("clone")
            try scene.remove("bare")
            first.ours.append(try Program.sync(store))
            first.theirs.append(try Program.measure(["git", "clone", "-q", "--depth", "1", url, clone]))
            bare.ours = first.ours
            bare.theirs.append(
                try Program.measure([
                    "git", "clone", "-q", "--bare", "--depth", "1", url, scene.folder.path(of: "bare"),
                ]))
            same.ours.append(try Program.sync(store))
            same.theirs.append(try Program.measure(["git", "ls-remote", "-q", url, "HEAD"]))
            fetch.ours = same.ours
            fetch.theirs.append(try Program.measure(["git", "-C", clone, "fetch", "-q"]))
            try scene.change(repository.path, round: round)
            try repository.git("commit", "-q", "-a", "-m", "round \(round)")
            some.ours.append(try Program.sync(store))
            some.theirs.append(try Program.measure(["git", "-C", clone, "pull", "-q"]))
        }
        return [first, bare, same, fetch, some]
    }
}
