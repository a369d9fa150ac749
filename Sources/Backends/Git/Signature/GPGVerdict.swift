/// What `gpg --verify` found, by its status lines alone.
/// - Source: GnuPG's doc/DETAILS, "Format of the --status-fd output".
struct GPGVerdict {
    /// Nil when the signature is good and by a listed key.
    let fault: SignatureFault?

    /// - Parameter listed: the fingerprints of the primary keys that may sign.
    init(status: String, listed: Set<String>) {
        var verdicts: [(keyword: Substring, words: [Substring])] = []
        var valid: [[Substring]] = []
        var signatureCount = 0
        var hasContent = false
        for line in status.split(separator: "\n") where line.hasPrefix(Self.mark) {
            let words = line.dropFirst(Self.mark.count).split(separator: " ")
            switch words.first {
            case "NEWSIG": signatureCount += 1
            case "VALIDSIG": valid.append(Array(words.dropFirst()))
            case "PLAINTEXT": hasContent = true
            case let keyword? where Self.verdicts.contains(keyword):
                verdicts.append((keyword, Array(words.dropFirst())))
            default: break
            }
        }
        guard signatureCount <= 1, verdicts.count <= 1 else {
            fault = .several
            return
        }
        guard !hasContent, let (keyword, words) = verdicts.first else {
            fault = .malformed("it is not one whole OpenPGP signature")
            return
        }
        // A subkey's fingerprint, where there is one, as in VALIDSIG; else the key's short name.
        let key = "OpenPGP key \(valid.first?.first ?? words.first ?? "?")"
        switch keyword {
        case "GOODSIG": fault = Self.fault(in: valid, key, listed)
        case "EXPSIG": fault = .expiredSignature(key)
        case "EXPKEYSIG": fault = .expiredKey(key)
        case "REVKEYSIG": fault = .revokedKey(key)
        case "BADSIG": fault = .bad(key)
        default: fault = Self.fault(ofUnchecked: words)
        }
    }

    /// - Parameter valid: for each: fingerprint, date, time, end, version, reserved, algorithm, digest, class, and the
    ///   fingerprint of the primary key.
    private static func fault(in valid: [[Substring]], _ key: String, _ listed: Set<String>) -> SignatureFault? {
        guard valid.count == 1, let words = valid.first, words.count >= 10 else {
            return .malformed("gpg does not say which key made it")
        }
        guard listed.contains(String(words[9])) else { return .unknownKey(key) }
        if weakDigests.contains(words[7]) { return .weak(key) }
        // Anything but a signature over the bytes as they are would let some of them change.
        return words[8] == "00" ? nil : .refused("the signature by \(key) is not one over a file")
    }

    /// - Parameter words: of ERRSIG: key, algorithm, digest, class, time, reason, fingerprint.
    private static func fault(ofUnchecked words: [Substring]) -> SignatureFault {
        let fingerprint = words.count > 6 && words[6] != "-" ? words[6] : words.first ?? "?"
        let isKeyMissing = words.count > 5 && words[5] == "9"
        return isKeyMissing
            ? .unknownKey("OpenPGP key \(fingerprint)")
            : .refused("gpg cannot check the signature by OpenPGP key \(fingerprint)")
    }

    private static let mark = "[GNUPG:] "
    private static let verdicts: Set<Substring> = ["GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG"]
    /// MD5, SHA-1 and RIPEMD-160. - Source: RFC 4880, 9.4.
    private static let weakDigests: Set<Substring> = ["1", "2", "3"]
}
