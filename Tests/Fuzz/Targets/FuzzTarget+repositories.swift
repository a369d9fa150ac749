// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Model

@testable import Backends

/// What a git repository and its servers say of other places: SSH servers and their keys, submodules, large files.
extension FuzzTarget {
    static let repositories: [FuzzTarget] = [
        FuzzTarget(
            "ssh-address",
            ["ssh://", "git+ssh://", "a@h:", "[::1]:", "/~", "'", "!", "'\u{301}", "-\u{301}", "%25", "%0a"],
            sshAddress),
        FuzzTarget(
            "host-key", ["ssh-ed25519 ", "AAAAC3NzaC1lZDI1NTE5AAAA", "[h]:22 ", "|1|", "@revoked ", "\n", "\t"]
        ) {
            input in
            for line in input.text.split(separator: "\n") + [Substring(input.text)] {
                guard let key = HostKey(line: line) else { continue }
                promise(
                    key.text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && HostKey(line: key.text) == key,
                    "a host key's text is one line, and that key")
                promise(
                    key.text.split(separator: " ").count == (key.host == nil ? 2 : 3),
                    "a host key has no other words")
            }
        },
        FuzzTarget(
            "git-modules",
            [
                "[submodule \"a\"]\n", "path = a\n", "url = ../a\n", "\\\n", "\"", "#", "\r\n", "../", "\u{301}",
                "git@h:a",
            ],
            gitModules),
        FuzzTarget(
            "large-file-pointer",
            ["version https://git-lfs.github.com/spec/v1\n", "oid sha256:", "size 1\n", "ext-0-a "]
        ) {
            input in
            guard case .pointer(let pointer) = input.withUnsafeBytes({ LargeFilePointer.read($0) }) else { return }
            promise(pointer.size >= 0, "a size is not negative")
            let version = "version https://git-lfs.github.com/spec/v1"
            let plain = Array("\(version)\noid sha256:\(pointer.digest.hex)\nsize \(pointer.size)\n".utf8)
            promise(
                plain.withUnsafeBytes { LargeFilePointer.read($0) } == .pointer(pointer),
                "a pointer is what it says")
        },
        FuzzTarget(
            "large-file-answer",
            [
                "{\"objects\":[{\"oid\":\"", large, "\"actions\":{\"download\":{\"href\":\"https://h/a\"",
                "\"header\":{\"a\":\"b\"}", "\"expires_in\":1", "\"expires_at\":\"2026-11-21T12:00:00.5Z\"",
                "\"error\":{\"code\":404}", "\\r\\n", "\"size\":1",
            ], largeFileAnswer),
    ]

    private static let large = String(repeating: "a", count: 64)

    private static let sshAddress: @Sendable ([UInt8]) throws -> Void = { input in
        let address = try SSHAddress(SourceURL(input.text))
        let words = [address.user ?? "", address.host]
        promise(
            words.allSatisfy {
                $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } && $0.utf8.first != UInt8(ascii: "-")
            },
            "a user and a host are words that are no options")
        promise(address.path.utf8.first != UInt8(ascii: "-"), "a path is no option")
        promise(
            shellWords(address.command) == ["git-upload-pack", address.path], "a path is one word of the shell's")
        let again = try! SSHAddress(SourceURL(address.description))
        promise(
            (again.user, again.host, again.port) == (address.user, address.host, address.port)
                && again.description == address.description,
            "what is shown of an address leads there")
    }

    /// As a POSIX shell cuts a command; nil when something in it is more than a word.
    /// - Source: POSIX, "Shell Command Language", 2.2.
    private static func shellWords(_ command: String) -> [String]? {
        var words: [[UInt8]] = [[]]
        var isQuoted = false
        var bytes = command.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "'"): isQuoted.toggle()
            case _ where isQuoted: words[words.count - 1].append(byte)
            case UInt8(ascii: "\\"):
                guard let next = bytes.popFirst() else { return nil }
                words[words.count - 1].append(next)
            case UInt8(ascii: " "): words.append([])
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"): words[words.count - 1].append(byte)
            default: return nil
            }
        }
        return isQuoted ? nil : words.map(\.text)
    }

    private static let gitModules: @Sendable ([UInt8]) throws -> Void = { input in
        let modules = try GitModules(input).modules
        let web = GitPlace.remote(HTTPURL(scheme: "https", host: "example", path: "/a/b"), nil)
        let ssh = try! GitPlace(SourceURL("git@example:a/b"), username: nil, password: nil)
        for module in modules.values {
            let isRelative = module.url.hasPrefix("./") || module.url.hasPrefix("../")
            if case .remote(let url, let credential)? = try? SubmoduleURL.place(module.url, in: web) {
                promise(credential == nil, "a submodule's URL brings no credential")
                promise(!isRelative || url.host == "example", "a relative URL stays on its server")
            }
            switch try? SubmoduleURL.place(module.url, in: ssh) {
            case .local?: promise(false, "a path of this machine is none of a server's")
            case .ssh(let address)?:
                promise(!isRelative || address.host == "example", "a relative URL stays on its server")
            default: break
            }
        }
    }

    private static let largeFileAnswer: @Sendable ([UInt8]) throws -> Void = { input in
        let pointers = [LargeFilePointer(text: large, size: 1)].compactMap(\.self)
        let now = Timestamp(seconds: 1_800_000_000)
        _ = LargeFileEndpoint(authenticated: input, now: now)?.batch.text
        let answers = try LargeFileBatch.answers(input, to: pointers, now: now)
        promise(
            Set(answers.keys) == Set(pointers), "there is an answer about each that was asked for, and no other")
        for case .success(let action) in answers.values {
            _ = action.isExpired(at: now)
            promise(
                ["http", "https"].contains(action.url.scheme) && !action.url.host.isEmpty,
                "a large file is on the web")
        }
    }
}

extension LargeFilePointer {
    /// As a file holds it.
    fileprivate init?(text name: String, size: Int) {
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:\(name)\nsize \(size)\n"
        guard case .pointer(let pointer) = Array(text.utf8).withUnsafeBytes({ LargeFilePointer.read($0) }) else {
            return nil
        }
        self = pointer
    }
}
#endif
