internal import Model

extension RoleSettings {
    /// The role of a data source; nil when it has none.
    ///
    /// - Throws: ``BackendError``, `.settings`, for what no service could take. Which roles there are is not looked at.
    /// - Source: AWS STS API Reference, AssumeRole; other servers have names of their own kind after the `arn:`.
    init?(_ configuration: BackendConfiguration) throws(BackendError) {
        guard let arn = configuration["role_arn"] else { return nil }
        guard arn.hasPrefix("arn:"), arn.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 4, arn.utf8.count <= 2_048,
            arn.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw BackendError(
                .settings, "\"role_arn\" is no role's name", advice: "write arn:aws:iam::ACCOUNT:role/NAME")
        }
        let lengths = ["role_session_name": (2...64, ""), "role_external_id": (2...1_224, ":/")]
        for (name, (length, more)) in lengths.sorted(by: { $0.key < $1.key }) {
            guard let text = configuration[name] else { continue }
            guard length.contains(text.utf8.count), text.utf8.allSatisfy({ Self.isWord($0, or: "+=,.@-_" + more) })
            else {
                throw BackendError(
                    .settings, "\"\(name)\" is none that a role could have",
                    advice: "write \(length.lowerBound) to \(length.upperBound) letters, digits and +=,.@-_\(more)")
            }
        }
        self.init(
            arn: arn, sessionName: configuration["role_session_name"], externalID: configuration["role_external_id"])
    }

    private static func isWord(_ byte: UInt8, or more: String) -> Bool {
        byte.isLetter || byte.isDigit || more.utf8.contains(byte)
    }
}
