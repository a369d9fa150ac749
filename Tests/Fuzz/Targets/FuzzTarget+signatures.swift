// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
@testable import Backends

/// Signatures, and who may sign.
extension FuzzTarget {
    static let signatures: [FuzzTarget] = [
        FuzzTarget("signed-commit", ["gpgsig ", "gpgsig-sha256 ", "\n ", "\n\n", "tree "] + armor) { input in
            let signed = try SignedPayload(commit: input)
            promise(signed.payload.count + signed.signature.count <= input.count, "nothing is added")
        },
        FuzzTarget("signed-tag", ["object ", "type commit\n", "tag ", "tagger ", "\n\n"] + armor) { input in
            _ = TagHeader(input)
            let signed = try SignedPayload(tag: input)
            promise(signed.payload.count + signed.signature.count <= input.count, "nothing is added")
        },
        FuzzTarget("ssh-signature", armor + ["U1NIU0lH", "AAAA", "="]) { input in
            let signature = SSHSignature(armor: input)
            _ = (signature?.isByCertificate, signature?.keyName)
        },
        FuzzTarget(
            "signers", ["ssh-ed25519 ", "AAAAC3NzaC1lZDI1NTE5AAAA", "cert-authority", "\"", "#", "* "] + armor
        ) {
            input in
            let signers = try Signers(input.text)
            promise(signers.ssh.allSatisfy { !$0.line.contains { $0.isNewline } }, "a signer is one line")
        },
        FuzzTarget(
            "gpg-status",
            ["[GNUPG:] ", "NEWSIG", "GOODSIG ", "VALIDSIG ", "ERRSIG ", "BADSIG ", "0123456789ABCDEF ", "00 "]
        ) { input in
            let fault = GPGVerdict(status: input.text, listed: []).fault
            promise(fault != nil, "without a key that may sign, nothing is signed")
        },
    ]

    private static let armor = [
        "-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "-----END PGP PUBLIC KEY BLOCK-----\n",
    ]
}
#endif
