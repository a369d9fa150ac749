internal import Model

/// Checks SSH signatures by running `ssh-keygen`.
struct SSHCheck: Sendable {
    let keys: [SSHSigner]
    let tools: Toolbox

    /// - Throws: ``SignatureFault``; ``BackendError`` when `ssh-keygen` cannot be run.
    func callAsFunction(_ signed: SignedPayload) async throws {
        guard let signature = SSHSignature(armor: signed.signature) else {
            throw SignatureFault.malformed("it is not one whole SSH signature")
        }
        let name = signature.keyName
        guard signature.namespace == Self.namespace else {
            throw SignatureFault.refused("it is signed for another purpose than git, by \(name)")
        }
        let isListed = keys.contains { $0.blob == signature.key && !$0.isAuthority }
        let mayBeCertified = signature.isByCertificate && keys.contains(where: \.isAuthority)
        guard isListed || mayBeCertified else { throw SignatureFault.unknownKey(name) }

        try await tools.withFolder { folder in
            let allowed = try folder.write("allowed", keys.map { $0.line + "\n" }.joined().utf8)
            let armor = try folder.write("signature", signed.signature)
            let payload = try folder.write("payload", signed.payload)
            var principals = [SSHSigner.principal]
            if mayBeCertified {
                let found = try await keygen(["-Y", "find-principals", "-f", allowed, "-s", armor])
                principals = String(decoding: found.output, as: UTF8.self).split(separator: "\n").map(String.init)
            }
            var complaints = ""
            for principal in principals.prefix(Self.mostPrincipals) {
                let verdict = try await keygen(
                    ["-Y", "verify", "-f", allowed, "-I", principal, "-n", Self.namespace, "-s", armor], input: payload)
                if verdict.isSuccess { return }
                complaints = verdict.complaints
            }
            throw Self.fault(complaints, name)
        }
    }

    private func keygen(_ arguments: [String], input: String? = nil) async throws -> Toolbox.Ended {
        try await tools.run("ssh-keygen", arguments, input: input, from: "openssh-client")
    }

    private static func fault(_ complaints: String, _ name: String) -> SignatureFault {
        switch complaints {
        case let text where text.contains("incorrect signature"): .bad(name)
        case let text where text.contains("expired"): .expiredKey(name)
        case let text where text.contains("not yet valid"):
            .refused("it is signed by \(name), which is not valid yet")
        case let text where text.contains("namespace"):
            .refused("it is signed by \(name), which `signers` allows for another purpose than git")
        case let text where text.contains("certificate") || text.isEmpty: .unknownKey(name)
        default: .refused("`ssh-keygen` refuses the signature by \(name)")
        }
    }

    private static let namespace = "git"
    private static let mostPrincipals = 32
}
