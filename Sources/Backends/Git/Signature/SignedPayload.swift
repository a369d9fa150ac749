/// The bytes of a commit or tag that its signature is about, and the signature.
struct SignedPayload: Sendable, Equatable {
    let payload: [UInt8]
    let signature: [UInt8]

    /// Takes a commit apart: the signature is in the header `gpgsig`, and everything but `gpgsig...` is signed.
    ///
    /// - Parameter raw: the content of the object.
    /// - Throws: `.unsigned`; `.several` for more than one signature, of which git would check them all as one.
    /// - Source: git's commit.c, `parse_buffer_signed_by_header`: other headers that begin with `gpgsig` (such as
    ///   `gpgsig-sha256`) are left out of what is signed and count as no signature.
    init(commit raw: some Collection<UInt8>) throws(SignatureFault) {
        let parts = Self.withoutSignatureHeaders(raw)
        guard parts.signatures.count <= 1 else { throw .several }
        guard let signature = parts.signatures.first else { throw .unsigned }
        self.signature = signature
        payload = parts.rest
    }

    /// Takes an annotated tag apart: the signature is what begins at the last line that announces one.
    ///
    /// - Source: git's gpg-interface.c, `parse_signed_buffer`, and commit.c, `remove_signature`.
    init(tag raw: some Collection<UInt8>) throws(SignatureFault) {
        let bytes = Array(raw)
        var match: Int?
        var line = 0
        while line < bytes.count {
            if SignatureKind(beginningOf: bytes[line...]) != nil { match = line }
            line = bytes[line...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        }
        guard let match else { throw .unsigned }
        signature = Array(bytes[match...])
        payload = Self.withoutSignatureHeaders(bytes[..<match]).rest
    }

    private static func withoutSignatureHeaders(
        _ raw: some Collection<UInt8>
    ) -> (rest: [UInt8], signatures: [[UInt8]]) {
        var rest: [UInt8] = []
        var signatures: [[UInt8]] = []
        /// The header that a line which begins with a space goes on with.
        var header = Header.other
        var bytes = Array(raw)[...]
        while let first = bytes.first {
            let end = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
            let line = bytes[..<end]
            bytes = bytes[end...]
            // The headers end at the first empty line; the message may hold anything.
            if first == UInt8(ascii: "\n") { return (rest + line + bytes, signatures) }
            if first == UInt8(ascii: " ") {
                switch header {
                case .signature: signatures[signatures.count - 1] += line.dropFirst()
                case .foreignSignature: break
                case .other: rest += line
                }
            } else if line.starts(with: "gpgsig ".utf8) {
                header = .signature
                signatures.append(Array(line.dropFirst("gpgsig ".utf8.count)))
            } else if line.starts(with: "gpgsig".utf8) {
                header = .foreignSignature
            } else {
                header = .other
                rest += line
            }
        }
        return (rest, signatures)
    }

    private enum Header { case signature, foreignSignature, other }
}

/// How something is signed, by the first line of its signature.
enum SignatureKind: Sendable {
    case openPGP, ssh
    /// X.509, or an OpenPGP message that holds what it signs.
    case unsupported

    init?(beginningOf bytes: some Collection<UInt8>) {
        switch bytes {
        case _ where bytes.starts(with: "-----BEGIN PGP SIGNATURE-----".utf8): self = .openPGP
        case _ where bytes.starts(with: "-----BEGIN SSH SIGNATURE-----".utf8): self = .ssh
        case _ where bytes.starts(with: "-----BEGIN PGP MESSAGE-----".utf8),
            _ where bytes.starts(with: "-----BEGIN SIGNED MESSAGE-----".utf8):
            self = .unsupported
        default: return nil
        }
    }
}
