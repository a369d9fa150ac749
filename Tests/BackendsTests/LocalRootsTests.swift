import Backends
import Fixtures
import Foundation
import Model
import Testing

/// What the administrator's list of directories lets through.
@Suite struct LocalRoots {
    let folder: TemporaryFolder
    let allowed: String

    init() throws {
        folder = try TemporaryFolder()
        allowed = try folder.folder("allowed")
        try folder.write("allowed/team/a", "1")
        try folder.write("allowed-too/a", "secret")
        try folder.write("outside/a", "secret")
    }

    private func backend(_ url: String, roots: [String]?, type: BackendType = .local) throws -> any Backend {
        try type.make(
            BackendConfiguration(
                url: SourceURL(url), parameters: [:], cacheFolder: folder.path(of: "cache"), localRoots: roots))
    }

    private func files(_ url: String, roots: [String]?, type: BackendType = .local) async throws -> [String: String] {
        try await Replica(of: backend(url, roots: roots, type: type)).files
    }

    private func isRefused(_ url: String, roots: [String]?, type: BackendType = .local) async throws -> Bool {
        let error = await backendError { _ = try await files(url, roots: roots, type: type) }
        if error == nil { return false }
        #expect(error?.cause == .settings, "\(String(describing: error))")
        #expect(error?.reason.contains("it is not in a directory that data sources may use") == true)
        #expect(error?.retry == .never)
        return true
    }

    @Test func `without a list any directory may be read, and with an empty one none`() async throws {
        #expect(try await files(folder.path(of: "outside"), roots: nil) == ["a": "secret"])
        #expect(try await isRefused(folder.path(of: "outside"), roots: []))
    }

    @Test func `an allowed directory may be read, and what is below it, by path and by file URL`() async throws {
        for url in ["\(allowed)/team", "\(allowed)//team/.", "file://\(allowed)/team", "\(allowed)/team/../team"] {
            #expect(try await files(url, roots: [allowed]) == ["a": "1"], "\(url)")
        }
        #expect(try await files(allowed, roots: ["/nowhere", allowed + "/"]) == ["team/a": "1"])
        #expect(try await files("\(allowed)/team", roots: ["/"]) == ["a": "1"])
    }

    @Test func `anything else is refused, however it is written`() async throws {
        let outside = folder.path(of: "outside")
        for url in [
            outside, "file://\(outside)", "\(allowed)/../outside", "\(allowed)/team/../../outside", "/", folder.path,
            // Begins with the same letters.
            folder.path(of: "allowed-too"), "file://\(allowed)/%2e%2e/outside",
        ] {
            #expect(try await isRefused(url, roots: [allowed]), "\(url)")
        }
    }

    @Test func `a link inside that leads outside is refused, and one that leads inside is not`() async throws {
        try folder.link("allowed/out", to: folder.path(of: "outside"))
        try folder.link("allowed/relative", to: "../outside")
        try folder.link("allowed/in", to: allowed + "/team")
        try folder.link("way-in", to: allowed)
        #expect(try await isRefused("\(allowed)/out", roots: [allowed]))
        #expect(try await isRefused("\(allowed)/relative", roots: [allowed]))
        #expect(try await isRefused("\(allowed)/in/../../outside", roots: [allowed]))
        #expect(try await files("\(allowed)/in", roots: [allowed]) == ["a": "1"])
        #expect(try await files(folder.path(of: "way-in/team"), roots: [allowed]) == ["a": "1"])
        // The list itself may name a link.
        #expect(try await files("\(allowed)/team", roots: [folder.path(of: "way-in")]) == ["a": "1"])
    }

    @Test func `what is refused does not tell whether it is there`() async throws {
        #expect(try await isRefused(folder.path(of: "absent"), roots: [allowed]))
        #expect(try await isRefused("\(allowed)/../absent", roots: [allowed]))
        let inside = await backendError { _ = try await files("\(allowed)/absent", roots: [allowed]) }
        #expect(inside?.cause == .notFound)
    }

    @Test func `a link that is exchanged again and again never lets a look outside`() async throws {
        let link = folder.path(of: "allowed/link")
        try folder.link("allowed/link", to: allowed + "/team")
        try folder.link("in", to: allowed + "/team")
        try folder.link("out", to: folder.path(of: "outside"))
        let (allowed, source) = (allowed, folder)
        let backend = try backend(link, roots: [allowed])
        let swapping = Task.detached {  // Beside the reading, as somebody else would.
            for round in 0... {
                if Task.isCancelled { return }
                let target = round.isMultiple(of: 2) ? source.path(of: "outside") : allowed + "/team"
                symlink(target, link + ".new")
                rename(link + ".new", link)
            }
        }
        defer { swapping.cancel() }
        var (read, refused) = (0, 0)
        for _ in 0..<3_000 {
            do {
                #expect(try await Replica(of: backend).files == ["a": "1"])
                read += 1
            } catch let error as BackendError {
                #expect(error.cause == .settings)
                refused += 1
            }
        }
        #expect(read > 0 && refused > 0)
    }

    @Test func `what would be refused is told before anything is read`() throws {
        #expect(localRootRefusal(of: "\(allowed)/team", roots: [allowed]) == nil)
        #expect(localRootRefusal(of: "\(allowed)/later", roots: [allowed]) == nil)
        #expect(localRootRefusal(of: folder.path(of: "outside"), roots: nil) == nil)
        #expect(localRootRefusal(of: folder.path(of: "outside"), roots: [allowed])?.cause == .settings)
        #expect(localRootRefusal(of: folder.path(of: "absent"), roots: [allowed])?.cause == .settings)
        #expect(BackendType.local.localPath(SourceURL("file:///srv/a%20b")) == "/srv/a b")
        #expect(BackendType.git.localPath(SourceURL("file:///srv/a%20b")) == "/srv/a b")
        #expect(BackendType.git.localPath(SourceURL("https://git.example/a")) == nil)
    }

    @Test func `a git repository is held to the list as well, by path and by file URL`() async throws {
        let inside = try GitRepository(at: allowed + "/repository") { commit("a", "1") }
        let outside = try GitRepository(at: folder.path(of: "other")) { commit("a", "secret") }
        try folder.link("allowed/link", to: outside.path)
        for url in [inside.path, "file://" + inside.path, inside.path + "/.git"] {
            #expect(try await files(url, roots: [allowed], type: .git) == ["a": "1"], "\(url)")
        }
        for url in [outside.path, "file://" + outside.path, "\(allowed)/link", "\(allowed)/../other", "/absent"] {
            #expect(try await isRefused(url, roots: [allowed], type: .git), "\(url)")
            let probe = await backendError {
                _ = try await backend(url, roots: [allowed], type: .git).currentRevision()
            }
            #expect(probe?.cause == .settings, "\(url)")
        }
        let remote = await backendError { _ = try await files("http://127.0.0.1:9/x.git", roots: [], type: .git) }
        #expect(remote?.cause == .connection)
    }

    /// How libgit2 reads a path in a file differs from how one would: the last of each are odd forms that it takes.
    private static let parts = [
        ("gitlink", ""), ("objects", ""), ("packs", ""), ("gitfile", "gitdir: ../../other/.git\n"),
        ("gitfile", "gitdir: ../../other/.git \n"), ("gitfile", "gitdir:\t../../other/.git\r\n"),
        ("gitfile", "gitdir: ../../other/.git\u{B}"), ("alternates", "OTHER/objects\n"),
        ("alternates", "#\r\nOTHER/objects\n"), ("alternates", "/srv\rOTHER/objects"),
        ("alternates", "#" + String(repeating: "-", count: 70_000) + "\nOTHER/objects\n"),
        ("alternates", "#" + String(repeating: "-", count: 2 << 20) + "\nOTHER/objects\n"),
        ("alternates", "../../../../other/.git/objects\n"), ("commondir", "OTHER\n"), ("commondir", "OTHER\r\n"),
    ]

    @Test(arguments: parts)
    func `a git repository with a part outside is refused`(_ part: String, _ text: String) async throws {
        let outside = try GitRepository(at: folder.path(of: "other")) { commit("a", "secret") }
        let git = outside.path + "/.git"
        let path = allowed + "/trojan"
        if part == "gitfile" || part == "gitlink" {
            try folder.folder("allowed/trojan")
            if part == "gitfile" {
                try folder.write("allowed/trojan/.git", text)
            } else {
                try folder.link("allowed/trojan/.git", to: git)
            }
        } else {
            _ = try GitRepository(at: path)
            let own = "allowed/trojan/.git"
            try folder.write("\(own)/refs/heads/main", try outside.head + "\n")
            try folder.write("\(own)/HEAD", "ref: refs/heads/main\n")
            switch part {
            case "objects":
                try folder.remove("\(own)/objects")
                try folder.link("\(own)/objects", to: git + "/objects")
            case "packs":
                try outside.git("gc", "-q")
                try folder.remove("\(own)/objects/pack")
                try folder.link("\(own)/objects/pack", to: git + "/objects/pack")
            case "alternates":
                try folder.write("\(own)/objects/info/alternates", text.replacing("OTHER", with: git))
            default: try folder.write("\(own)/commondir", text.replacing("OTHER", with: git))
            }
        }
        #expect(try await files(path, roots: nil, type: .git) == ["a": "secret"], "the way in does not work")
        #expect(try await isRefused(path, roots: [allowed], type: .git))
    }

    @Test(arguments: ["", "\n", "# none\n", "INSIDE/objects\n"])
    func `a git repository that shares with nobody outside is read`(_ alternates: String) async throws {
        let inside = try GitRepository(at: allowed + "/inside") { commit("a", "1") }
        let sharing = try GitRepository(at: allowed + "/sharing") { commit("b", "2") }
        try folder.write(
            "allowed/sharing/.git/objects/info/alternates",
            alternates.replacing("INSIDE", with: inside.path + "/.git"))
        #expect(try await files(sharing.path, roots: [allowed], type: .git) == ["b": "2"])
    }
}
