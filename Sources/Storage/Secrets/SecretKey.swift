private import Crypto
internal import Foundation
internal import Model

/// A key that secrets are encrypted with: AES-256 in Galois/counter mode, a random nonce for each value.
struct SecretKey: Sendable {
    private let key: SymmetricKey
    /// Names the key without telling anything about it.
    let id: String

    /// A new one.
    init() { self.init(SymmetricKey(size: .bits256)) }

    /// - Parameter base64: of 32 bytes; nil for anything else.
    init?(base64: some StringProtocol) {
        guard let bytes = Data(base64Encoded: String(base64)), bytes.count == 32 else { return nil }
        self.init(SymmetricKey(data: bytes))
    }

    private init(_ key: SymmetricKey) {
        self.key = key
        let name = HMAC<SHA256>.authenticationCode(for: Data("sluice key id".utf8), using: key)
        id = Hexadecimal.text(of: name.prefix(8))
    }

    /// The key itself: for the key file and nothing else.
    var base64: String { key.withUnsafeBytes { Data($0).base64EncodedString() } }

    /// Encrypts `text` so that it can be opened for `use` only.
    func seal(_ text: String, for use: SecretUse) throws -> SealedValue {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(use.binding.utf8))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return SealedText(keyID: id, box: combined).value
    }

    /// - Returns: nil when `sealed` was not sealed with this key for this use, or is not what was sealed.
    func open(_ sealed: SealedText, for use: SecretUse) -> String? {
        // Whatever is wrong with it, the one thing to say is that it does not open.
        guard let box = try? AES.GCM.SealedBox(combined: sealed.box),
            let bytes = try? AES.GCM.open(box, using: key, authenticating: Data(use.binding.utf8))
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The parts of a sealed value: `1:KEY-ID:BASE64`, where 1 is this form and the rest nonce, ciphertext and tag.
struct SealedText {
    let keyID: String
    let box: Data

    init(keyID: String, box: Data) {
        self.keyID = keyID
        self.box = box
    }

    init?(_ value: SealedValue) {
        let parts = value.text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "1", let box = Data(base64Encoded: String(parts[2])) else { return nil }
        self.init(keyID: String(parts[1]), box: box)
    }

    var value: SealedValue { SealedValue(text: "1:\(keyID):\(box.base64EncodedString())") }
}

/// What a secret is for: it opens for nothing else, so that nobody can move it to another source or setting.
struct SecretUse {
    let source: SourceID
    let name: SourceName
    /// The setting's name; nil for the URL.
    let setting: String?

    /// The source's number stays when it is renamed.
    var binding: String { "sluice data source \(source.number) " + (setting.map { "parameter \($0)" } ?? "url") }

    /// For a person: `"password" of data source "core"`.
    var description: String { (setting.map { "\"\($0)\"" } ?? "the URL") + " of data source \"\(name)\"" }
}
