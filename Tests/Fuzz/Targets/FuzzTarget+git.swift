// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Crypto
import Fixtures
import Foundation
import Model

@testable import Backends

/// What git servers send and repositories hold.
extension FuzzTarget {
    static let git: [FuzzTarget] = [
        FuzzTarget("packets", ["0000", "0001", "0002", "0004", "fff0", "0005a"], packets),
        FuzzTarget(
            "ref-listing",
            ["0000", "003d", id + " ", "HEAD", "refs/heads/main", "symref-target:", "peeled:", "ERR "]
        ) { input in
            for selection in selections {
                let reader = PacketReader(RefAnswer(selection), doing: "list")
                try input.withUnsafeBytes { try reader.receive($0) }
                _ = try? reader.finish().refs.followed(at: "place")  // Nothing to follow is an answer.
            }
        },
        FuzzTarget(
            "advertisement",
            [
                "001e# service=git-upload-pack\n", "0000", "000eversion 2\n", id + " ", "\u{0}", "^{}",
                "fetch=shallow filter", "refs/tags/v1.0.0",
            ]
        ) { input in
            for selection in selections {
                let reader = PacketReader(Advertisement(selection), doing: "look")
                try input.withUnsafeBytes { try reader.receive($0) }
                guard let answer = try? reader.finish() else { continue }  // Half an answer is none.
                _ = try? answer.refs.followed(at: "place")
                let capabilities = answer.capabilities
                if capabilities.version == 2, let again = ServerCapabilities(text: capabilities.text) {
                    promise(again.canFilter == capabilities.canFilter, "capabilities are remembered as they are")
                }
            }
        },
        FuzzTarget("fetch-answer", ["0000", "000dpackfile\n", "PACK", "\u{1}", "\u{2}", "\u{3}", "ERR "]) { input in
            let folder = try TemporaryFolder("sluice-fuzz")
            let reader = PacketReader(
                FetchAnswer(version: 2, into: try PackWriter(folder: folder.path)), doing: "fetch")
            try input.withUnsafeBytes { try reader.receive($0) }
            _ = try reader.finish()
        },
        FuzzTarget("pack", ["PACK", "\u{0}\u{0}\u{0}\u{2}"]) { input in
            let folder = try TemporaryFolder("sluice-fuzz")
            let writer = try PackWriter(folder: folder.path)
            try input.withUnsafeBytes { try writer.append($0) }
            try writer.commit()
        },
        FuzzTarget("thin-pack", ["PACK", "\u{0}\u{0}\u{0}\u{2}"]) { input in
            let folder = try TemporaryFolder("sluice-fuzz")
            try folder.write("objects/45/" + base.name, base.object)
            let packs = try folder.folder("objects/pack")
            let writer = try PackWriter(folder: packs, thin: ThinPack(folder: packs))
            // With the checksum that belongs to it: no guessing finds that.
            try (input + Insecure.SHA1.hash(data: input)).withUnsafeBytes { try writer.append($0) }
            try writer.commit()
        },
        FuzzTarget(
            "tree",
            ["100644 ", "40000 ", "120000 ", "160000 ", "\u{0}", "..", ".git", String(repeating: "a", count: 20)],
            tree),
        FuzzTarget("tag-range", ["v1.2.x", "leaf-v", "^1.4", "||", "*", ">=1.2 <2", "refs/tags/"]) { input in
            let parts = input.parts(3)
            let range = try TagRange(parts[0].text, prefix: parts[1].isEmpty ? nil : parts[1].text)
            var search = TagSearch(range)
            for name in parts[2].text.split(separator: "\n") { _ = search.take("refs/tags/" + name) }
            _ = search.missing(at: "place")
        },
        FuzzTarget("ref-name", ["refs/", "HEAD", "..", "~", "@{"]) { input in
            let selection = RefSelection(input.text)
            let isWord = selection.candidates.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 } }
            promise(selection.fault != nil || isWord, "a ref is one word")
        },
    ]

    private static let id = String(repeating: "a", count: 40)
    /// What a thin pack may lean on: the alphabet and a line end, eight times, as a repository keeps it.
    private static let base = (
        name: "4a001541007948e7ed47b09c1170a28f714e3c",
        object: Data(base64Encoded: "eNpLyslPUjAyNGNITEpOSU1Lz8jMys7JzcsvKCwqLiktK6+orOIa0lIA3bRboQ==") ?? Data()
    )

    /// Over one range only, which is always legal.
    private static let selections: [RefSelection] =
        [.head, .short("main"), .full("refs/heads/main")]
        + ((try? TagRange("v1.x", prefix: nil)).map { [.newestTag($0)] } ?? [])

    /// As text: a packet's bytes are only there while it is taken.
    private static func decoded(_ input: [UInt8], piece: Int) throws -> [String] {
        var decoder = PacketDecoder()
        var packets: [String] = []
        for start in stride(from: 0, to: input.count, by: piece) {
            try input[start..<min(input.count, start + piece)].withUnsafeBytes { bytes in
                try decoder.feed(bytes) { packet in
                    if case .data(let data) = packet {
                        packets.append("data \(Array(data))")
                    } else {
                        packets.append("\(packet)")
                    }
                }
            }
        }
        return packets + ["\(decoder.isBetweenPackets)"]
    }

    private static let packets: @Sendable ([UInt8]) throws -> Void = { input in
        let whole = Result { try decoded(input, piece: max(1, input.count)) }
        for piece in [1, 3, 5, 4_096] {
            let other = Result { try decoded(input, piece: piece) }
            switch (whole, other) {
            case (.success(let whole), .success(let other)): promise(whole == other, "pieces do not matter")
            case (.failure, .failure): break
            default: promise(false, "pieces do not matter")
            }
        }
    }

    private static let tree: @Sendable ([UInt8]) throws -> Void = { input in
        guard let root = ObjectID(hex: String(repeating: "0", count: 40).utf8) else { return }
        var walk = TreeWalk(root, FileSelection())
        // The same tree again below each of its folders, three levels deep.
        var loads = 0
        while let step = try walk.nextStep({ _ in
            loads += 1
            return (loads <= 3 ? input : []).withUnsafeBytes { GitTree($0) }
        }) {
            switch step {
            case .page(let page):
                for file in page.files {
                    promise(!"/\(file.path)/".contains("/../"), "a tree stays below its root")
                }
            case .asks(let submodule):
                if submodule.commit.bytes[0] & 1 == 0 {
                    walk.hold(submodule)
                } else {
                    walk.report(
                        FileProblem(path: submodule.path, kind: .submodule, reason: "not followed"), of: submodule)
                }
            case .reached: break
            }
        }
    }
}
#endif
