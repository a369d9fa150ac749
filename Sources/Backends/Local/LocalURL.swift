package import Model

/// The absolute path of a directory, from a `file://` URL or a plain path.
package struct LocalURL: Sendable, Equatable {
    package let path: String

    /// - Throws: ``LocalURLFault``.
    package init(_ url: SourceURL) throws(LocalURLFault) {
        var path = url.raw
        if let scheme = url.scheme {
            guard scheme == "file" else { throw .init(clause: "must be an absolute path, or file:///path") }
            path = try Self.path(inFileURL: path.dropFirst("file://".count))
        }
        guard path.hasPrefix("/") else {
            throw .init(clause: "must be an absolute path: what a relative one means depends on who starts the sync")
        }
        guard !path.utf8.contains(0) else { throw .init(clause: "has a zero byte in it") }
        self.path = path
    }

    /// - Source: RFC 8089, 2.
    private static func path(inFileURL rest: Substring) throws(LocalURLFault) -> String {
        let host = rest.prefix { $0 != "/" }
        guard host.isEmpty || host.lowercased() == "localhost" else {
            throw .init(clause: "names another host: write file:///path with three slashes")
        }
        let encoded = rest.dropFirst(host.count)
        guard !encoded.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw .init(clause: "has a query or fragment: write ? as %3F and # as %23, or give the plain path")
        }
        guard let bytes = PercentEncoding.decode(encoded), let path = String(validating: bytes, as: UTF8.self) else {
            throw .init(clause: "is not percent-encoded UTF-8: write % as %25, or give the plain path")
        }
        return path
    }
}

/// What is wrong with the URL of a directory, as a clause that follows "the URL" and says what to write.
package struct LocalURLFault: Error, Equatable {
    package let clause: String
}
