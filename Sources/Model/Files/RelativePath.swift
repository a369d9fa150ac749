/// A file's path below the root of its data source: `/` between components, none in front.
///
/// A value exists only if it is legal, so nothing downstream checks again. Legal: UTF-8; 1...1,000 Unicode scalars
/// (NetBox's limit); no empty component; no component `.`, `..` or `.git` (in any case); no control character of
/// ASCII.
/// Compared, ordered and hashed by its UTF-8 bytes: two Unicode forms of one name are two paths, as on the remote.
package struct RelativePath: Sendable {
    package let string: String

    package static let longestInScalars = 1_000
    /// What is longer than this is too long without another look.
    package static let longestInBytes = 4 * longestInScalars

    /// - Throws: ``PathFault``, which says what is wrong with the path.
    package init(_ string: String) throws(PathFault) {
        if let fault = PathFault(in: string) { throw fault }
        self.string = string
    }

    /// Takes the raw bytes of a name that a remote listed.
    ///
    /// - Throws: ``PathFault``; `.notUTF8` first of all.
    package init(bytes: some Collection<UInt8>) throws(PathFault) {
        guard let string = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        try self.init(string)
    }

    /// Takes back a path that was checked when it was stored.
    package init(stored string: String) { self.string = string }

    /// The component after the last `/`.
    package var lastComponent: Substring {
        guard let slash = string.utf8.lastIndex(of: UInt8(ascii: "/")) else { return string[...] }
        return string[string.utf8.index(after: slash)...]
    }
}

extension RelativePath {
    /// The folders that it is in, the nearest first.
    package var folders: some Sequence<RelativePath> {
        sequence(first: string.utf8[...]) { rest in rest.lastIndex(of: UInt8(ascii: "/")).map { rest[..<$0] } }
            .dropFirst().lazy.map { RelativePath(stored: String(Substring($0))) }
    }
}

extension RelativePath: ExactText, Comparable {
    package var description: String { string }

    package static func < (left: RelativePath, right: RelativePath) -> Bool {
        var leftBytes = left.string
        var rightBytes = right.string
        return leftBytes.withUTF8 { left in rightBytes.withUTF8 { right in left.lexicographicallyPrecedes(right) } }
    }
}

/// Why a name cannot be a ``RelativePath``.
package enum PathFault: String, Error, Sendable {
    case notUTF8 = "the name is not UTF-8"
    case empty = "the path is empty"
    case tooLong = "the path is longer than 1,000 characters"
    case absolute = "the path is absolute"
    case emptyComponent = "the path has an empty component"
    /// Of a name that a remote lists as one component.
    case slash = "the name has a slash in it"
    case dotComponent = "the path has a component \".\" or \"..\""
    case gitComponent = "the path has a component \".git\""
    case controlCharacter = "the path has a control character"

    /// The first fault of `path`, or nil when it is legal.
    fileprivate init?(in path: String) {
        if path.isEmpty { self = .empty; return }
        if path.utf8.first == UInt8(ascii: "/") { self = .absolute; return }
        if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { self = .controlCharacter; return }
        if path.utf8.count > RelativePath.longestInScalars, path.unicodeScalars.count > RelativePath.longestInScalars {
            self = .tooLong
            return
        }
        for component in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            switch component.count {
            case 0: self = .emptyComponent; return
            case 1 where component.elementsEqual(".".utf8), 2 where component.elementsEqual("..".utf8):
                self = .dotComponent
                return
            case 4 where component.map({ $0 | 0x20 }).elementsEqual(".git".utf8):
                self = .gitComponent
                return
            default: break
            }
        }
        return nil
    }
}
