internal import Model

/// Demands that a revision is signed by one of the listed keys.
struct SignatureCheck: Sendable {
    let signers: Signers
    let tools: Toolbox

    /// What a repository shows of a revision, as raw objects.
    struct Evidence: Sendable {
        let commit: ObjectID
        let rawCommit: [UInt8]
        /// Of the tag that is followed, if one is; its name without `refs/tags/`.
        let tag: (name: String, raw: [UInt8])?
    }

    /// - Parameter place: names the repository in errors.
    /// - Throws: ``BackendError``: `.signature` unless the tag that is followed or the commit is signed by a listed
    ///   key; `.local` when that cannot be found out.
    func callAsFunction(_ evidence: Evidence, at place: String) async throws {
        var inTag: SignatureFault?
        if let (name, raw) = evidence.tag {
            do {
                return try await check(tag: raw, name: name, of: evidence.commit)
            } catch let fault as SignatureFault {
                inTag = fault
            }
        }
        do {
            guard evidence.rawCommit.starts(with: "tree ".utf8) else {
                throw SignatureFault.malformed("it is no commit")
            }
            try await check(SignedPayload(commit: evidence.rawCommit))
        } catch let fault as SignatureFault {
            throw Self.error(evidence, place, inTag: inTag, fault)
        }
    }

    private func check(tag raw: [UInt8], name: String, of commit: ObjectID) async throws {
        let signed = try SignedPayload(tag: raw)
        // Read from what is signed. A tag signed for another version or commit says nothing about this one.
        guard let header = TagHeader(signed.payload) else { throw SignatureFault.malformed("it is no tag") }
        guard header.name == name else {
            throw SignatureFault.refused("it was made as tag \"\(EscapedName(header.name))\"")
        }
        guard header.type == "commit", header.object == commit else {
            throw SignatureFault.refused("it names \(EscapedName(header.type)) \(header.object), not this commit")
        }
        try await check(signed)
    }

    private func check(_ signed: SignedPayload) async throws {
        switch SignatureKind(beginningOf: signed.signature) {
        case .openPGP: try await OpenPGPCheck(keys: signers.openPGP, tools: tools)(signed)
        case .ssh: try await SSHCheck(keys: signers.ssh, tools: tools)(signed)
        case .unsupported, nil: throw SignatureFault.unsupported
        }
    }

    private static func error(
        _ evidence: Evidence, _ place: String, inTag: SignatureFault?, _ inCommit: SignatureFault
    ) -> BackendError {
        let doing = "cannot accept commit \(evidence.commit) of \"\(place)\""
        guard let inTag, let tag = evidence.tag else {
            return BackendError(.signature, "\(doing): \(inCommit.reason)", advice: inCommit.advice)
        }
        // The one that is signed at all says more about what went wrong.
        let advice = inTag == .unsigned ? inCommit.advice : inTag.advice
        return BackendError(
            .signature,
            "\(doing), tagged \"\(EscapedName(tag.name))\": of the tag, \(inTag.reason); of the commit, "
                + inCommit.reason,
            advice: advice)
    }
}
