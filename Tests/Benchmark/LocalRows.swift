import Fixtures

/// A directory on this machine's disk.
struct LocalRows {
    let scene: Scene

    init(_ scene: Scene) { self.scene = scene }

    func run(_ rounds: Int) throws -> [Row] {
        var first = Row(name: "local, first sync", beside: "cp -r, then sha256sum of it")
        var same = Row(name: "local, no change", beside: "find -printf, sorted")
        var some = Row(name: "local, 1 % changed", beside: "cp -ru")
        let copy = scene.folder.path(of: "copy")
        for round in 0..<rounds {
            let store = try scene.store("local-store", type: "local", url: scene.tree)
            try scene.remove("copy")
            first.add(
                try Program.sync(store),
                try Program.measure([
                    "bash", "-c", "cp -r \"$0\" \"$1\" && find \"$1\" -type f -print0 | xargs -0 sha256sum", scene.tree,
                    copy,
                ]))
            // What was written just now is looked at once more; the sync after that has nothing to read.
            _ = try Program.sync(store)
            same.add(
                try Program.sync(store),
                try Program.measure([
                    "bash", "-c", "find \"$0\" -printf '%p %s %T@ %C@ %i\\n' | LC_ALL=C sort", scene.tree,
                ]))
            try scene.change(scene.tree, round: rounds + round)
            some.add(try Program.sync(store), try Program.measure(["cp", "-ru", scene.tree + "/.", copy]))
        }
        return [first, same, some]
    }
}
