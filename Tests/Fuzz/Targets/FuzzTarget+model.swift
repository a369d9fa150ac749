import Model

/// Names, rules, patterns, versions and amounts.
extension FuzzTarget {
    static let model: [FuzzTarget] = [
        FuzzTarget(
            "json", ["{\"a\":", "[", "]", "}", ",", "true", "null", "1e400", "\"\\ud83d\\ude00\"", "\\u0000"], json),
        FuzzTarget("relative-path", ["/", "..", ".git", "\u{0}"], relativePath),
        FuzzTarget("escaped-name", ["\\", "\u{1B}[", "\u{85}"]) {
            promiseIsPrintable(EscapedName(bytes: $0).description)
        },
        FuzzTarget("ignore-rules", ["*", "?", "[!", "]", "a-z", "/", "!", "\n", "#", "\r\n", "\u{2028}"], ignoreRules),
        FuzzTarget("ignore-file", ["\u{FEFF}", "#", "!", "\r\n", "\u{2028}", "\u{301}", "*"], ignoreFile),
        FuzzTarget("path-pattern", ["**/", "*", "?", "[", "]", "/", ".j2"], pathPattern),
        FuzzTarget("version", ["-rc.1", "+b", ".", "18446744073709551615"], version),
        FuzzTarget(
            "version-range", ["^", "~", ">=", "<", " - ", "||", "x", "*", "1.2.3-rc.1", "9007199254740991"], range),
        FuzzTarget("amounts", ["KiB", "GiB", "ms", "h", "9223372036854775807", "٣"], amounts),
        FuzzTarget("source-url", ["://", "@", ":", "?", "#", "\u{301}"], sourceURL),
    ]

    private static let json: @Sendable ([UInt8]) throws -> Void = { input in
        let value = try JSONParser.parse(input)
        // What throws here is a broken promise too.
        promise(try! JSONParser.parse(value.canonical.utf8) == value, "canonical JSON is the same value")
        promise(try! JSONParser.parse(value.pretty.utf8) == value, "pretty JSON is the same value")
        promise(try! JSONParser.parseWithLines(input).value == value, "lines change nothing")
    }

    private static let relativePath: @Sendable ([UInt8]) throws -> Void = { input in
        let path = try RelativePath(bytes: input)
        promise(path.string.utf8.elementsEqual(input), "a path keeps its bytes")
        promise(!"/\(path)/".contains("/../") && !path.string.hasPrefix("/"), "a path stays below its root")
        promise(!path.lastComponent.utf8.contains(UInt8(ascii: "/")), "a last component has no slash")
    }

    private static let ignoreRules: @Sendable ([UInt8]) throws -> Void = { input in
        let parts = input.parts(3)
        let rules = IgnoreRules(parts[0].text)
        let file = try? IgnoreFile(parts[1])  // Without one, the rules alone.
        let include = IncludePatterns(parts[0].text.split(separator: "\n").map(String.init))
        for selection in [FileSelection(rules: rules), FileSelection(rules: rules, includes: include)] {
            let obeying = selection.obeying(file)
            let path = parts[2].text
            let isIncluded = obeying.includes(path)
            for (index, byte) in path.utf8.enumerated() where byte == UInt8(ascii: "/") {
                let folder = String(decoding: path.utf8.prefix(index), as: UTF8.self)
                promise(!(isIncluded && obeying.prunes(folder)), "what is included is not pruned")
            }
            promise(!isIncluded || !obeying.usesIgnoreFile || selection.includes(path), "a file only leaves out")
        }
    }

    private static let ignoreFile: @Sendable ([UInt8]) throws -> Void = { input in
        let file = try IgnoreFile(input)
        promise(input.count <= IgnoreFile.longestInBytes, "a file that is too long is refused")
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if !input.starts(with: mark), input.count + mark.count <= IgnoreFile.longestInBytes {
            promise((try? IgnoreFile(mark + input)) == file, "a byte order mark says nothing")
        }
        for path in ["a", "a/b.txt", ".hidden/a"] {
            let all = FileSelection()
            promise(!all.obeying(file).includes(path) || all.includes(path), "a file only leaves out")
        }
    }

    private static let pathPattern: @Sendable ([UInt8]) throws -> Void = { input in
        let parts = input.parts(2)
        let pattern = try PathPattern(parts[0].text)
        let path = try RelativePath(bytes: parts[1])
        if pattern.matches(path) { _ = try pattern.name(for: path) }
    }

    private static let version: @Sendable ([UInt8]) throws -> Void = { input in
        let versions = input.parts(2).compactMap { SemanticVersion($0.text) }
        for version in versions {
            promise(SemanticVersion(version.description) == version, "a version's text is that version")
            promise(!(version < version), "no version is below itself")
        }
        guard versions.count == 2 else { return }
        let (left, right) = (versions[0], versions[1])
        promise([left < right, right < left, left == right].count { $0 } == 1, "versions are ordered")
    }

    private static let range: @Sendable ([UInt8]) throws -> Void = { input in
        let parts = input.parts(2)
        let range = try VersionRange(parts[0].text)
        _ = SemanticVersion(parts[1].text).map(range.contains)
    }

    private static let amounts: @Sendable ([UInt8]) throws -> Void = { input in
        if let bytes = ByteSize.bytes(in: input.text) {
            promise(bytes >= 0, "sizes are not negative")
            _ = ByteSize.text(bytes)
        }
        if let duration = Duration(setting: input.text) { promise(duration > .zero, "times are more than nothing") }
    }

    private static let sourceURL: @Sendable ([UInt8]) throws -> Void = { input in
        let url = SourceURL(input.text)
        _ = (url.scheme, url.withoutUserInfo, url.holdsSecret)
        promise(SourceURL(url.shown).shown == url.shown, "what is shown of a URL has nothing more to hide")
    }

    private static func promiseIsPrintable(_ text: String) {
        promise(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "it can be printed")
        promise(text.unicodeScalars.count <= 200 * 16 + 3, "it is short")
    }
}
