import Fixtures
import Foundation

/// A repository in which images are nine tenths of the bytes, and rules that leave them out.
enum GitImageRow {
    static let row = BenchmarkRow(
        name: "git-images", about: "git, rules leave out images that are nine tenths of the bytes, beside git clone"
    ) { inputs, rounds in
        let server = try GitServer()
        let repository = try server.repository("images") {}
        try inputs.shell(
            """
            find "$1" -type f | LC_ALL=C sort | awk 'NR % 8 == 1' | cpio -pdm --quiet . 2>/dev/null ||
                (cd "$1" && find . -type f | LC_ALL=C sort | awk 'NR % 8 == 1' | tar c -T - ) | tar x -C "$2"
            text=$(du -sb --exclude=.git "$2" | cut -f1)
            mkdir "$2/images"
            head -c $((text * 9)) /dev/urandom | split -b 300000 -a 4 -d --additional-suffix=.png - "$2/images/photo-"
            """, try inputs.realTree(), repository.path)
        try repository.git("add", "-A")
        try repository.git("commit", "-q", "-m", "all")
        try repository.git("repack", "-adq")
        var (ours, theirs): ([Measurement], [Measurement]) = ([], [])
        for _ in 0..<rounds {
            let store = try inputs.store("images", type: "git", url: server.url("images"), ["--ignore", "*.png"])
            try inputs.remove("clone")
            ours.append(try Program.sync(store))
            theirs.append(
                try Program.measure([
                    "git", "clone", "-q", "--depth", "1", server.url("images"), inputs.path("clone"),
                ]))
        }
        let proxy = try FaultyProxy(to: server.web.port.number)
        let store = try inputs.store("images", type: "git", url: proxy.url + "/images.git", ["--ignore", "*.png"])
        _ = try Program.sync(store)
        let selected = try inputs.shell(
            """
            cd "$1"; git rev-list --objects -1 HEAD | grep -v '\\.png$' | cut -d' ' -f1 | git pack-objects -q --stdout | wc -c
            """, repository.path)
        let ratio = Double(proxy.bytesPassed) / (Double(selected) ?? .nan)
        return [
            .ratio("git-images", "git clone --depth 1", ours, theirs, atMost: 0.25),
            .figure("git-images", "bytes on the wire over a pack of what is selected", ratio, "x", atMost: 1.2),
        ]
    }
}
