internal import Model

/// What a data source demands of a repository, and what it allows beside the repository's own files.
struct GitPolicy: Sendable {
    /// Nil when revisions need not be signed.
    var signatures: SignatureCheck?
    /// Nil when git LFS pointers are not followed.
    var largeFiles: LargeFilePlace?
    /// Nil when submodules are not followed.
    var submodules: SubmodulePolicy?

    init() {}

    static let declared = [
        SettingDeclaration(
            "signers",
            help:
                "Who may sign: OpenPGP public keys (armored) and SSH public keys (one a line). If set, the tag that is "
                + "followed or its commit must be signed by one of them, or the revision is not replicated."),
        SettingDeclaration(
            "lfs", kind: .flag, help: "Whether git LFS pointers are replaced by the files that they stand for.",
            defaultValue: "false"),
        SettingDeclaration(
            "lfs_url", kind: .address,
            help: "The URL of the git LFS server, if it is not the repository's own; a .lfsconfig file is not obeyed."),
        SettingDeclaration(
            "submodules", kind: .flag, help: "Whether the files of submodules are replicated below their paths.",
            defaultValue: "false"),
        SettingDeclaration(
            "submodule_hosts", kind: .list,
            help: "The hosts beside the source's own that submodules may be on. They get none of its credentials."),
    ]

    /// - Throws: ``BackendError``, `.settings`.
    init(_ configuration: BackendConfiguration) throws(BackendError) {
        if let host = configuration.list("submodule_hosts").first(where: { $0.contains("@") }) {
            throw BackendError(
                .settings, "\"\(SourceURL(host).shown)\" in `submodule_hosts` is no host",
                advice: "write names only: credentials never go to another host")
        }
        if let text = configuration["signers"] {
            signatures = SignatureCheck(
                signers: try Signers(text), tools: Toolbox(environment: configuration.environment))
        }
        // Looked at even while they are not used, lest the mistake shows only when somebody switches that on.
        let place = try LargeFilePlace(url: configuration["lfs_url"])
        let hosts = try SubmodulePolicy(hosts: configuration.list("submodule_hosts"))
        if configuration.flag("lfs") == true { largeFiles = place }
        if configuration.flag("submodules") == true { submodules = hosts }
    }

    /// Decides whether a revision may be replicated, before anything of it is listed.
    ///
    /// - Parameter place: names the repository in errors.
    /// - Throws: ``BackendError``, `.signature` when it may not.
    func accept(_ found: ResolvedRef, of reader: GitReader, at place: String) async throws {
        guard let signatures else { return }
        try await signatures(reader.evidence(for: found), at: place)
    }
}

extension GitReader {
    /// The raw objects that tell whether `found` is signed.
    func evidence(for found: ResolvedRef) async throws -> SignatureCheck.Evidence {
        let commit = try await loadSmall(found.commit)
        var tag: (name: String, raw: [UInt8])?
        // The signature of a tag counts only when it is that tag which is followed.
        if let id = found.tag, let name = found.tagName { tag = (name, try await loadSmall(id)) }
        return SignatureCheck.Evidence(commit: found.commit, rawCommit: commit, tag: tag)
    }

    private func loadSmall(_ id: ObjectID) async throws -> [UInt8] {
        let size = try await healing { try $0.opened().size(of: id) }
        guard size <= Self.longestSigned else {
            throw BackendError(
                .malformed, "cannot check the signature of \(id): it has \(size) bytes",
                advice: "follow a commit or tag of usual size: this one's text is longer than any message")
        }
        return try await healing { try $0.opened().load(id).withBytes { Array($0) } }
    }

    /// Real ones have some hundred bytes; a message can be long.
    private static let longestSigned: Int64 = 4 << 20
}
