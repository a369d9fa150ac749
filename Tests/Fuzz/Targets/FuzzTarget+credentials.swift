// Reaches into the modules, which only those built for debugging allow.
#if DEBUG
import Model

@testable import Backends
@testable import Storage

/// Where credentials come from.
extension FuzzTarget {
    static let credentials: [FuzzTarget] = [
        FuzzTarget("aws-profiles", ["[default]\n", "[profile a]\n", "aws_access_key_id = A\n", " ", "#", ";", "="]) {
            input in
            _ = try ProfileText(input.text)
        },
        FuzzTarget("credential-process", ["'", "\"", "\\", " ", "\t"]) { input in
            _ = CredentialProcess.words(in: input.text)
        },
        FuzzTarget(
            "credential-document",
            ["{\"AccessKeyId\":\"A\",", "\"SecretAccessKey\":\"B\",", "\"Expiration\":\"2026-11-21T12:00:00Z\"}"]
        ) { input in
            _ = CredentialDocument(input)?.credentials(token: "Token")?.expiration?.iso8601
        },
        FuzzTarget("moment", ["2026-11-21T12:00:00", ".5", "Z", "+01:00", "0000-01-01"]) { input in
            // An offset leads out of the years that have four digits.
            guard let moment = Timestamp(iso8601: input.text),
                let first = Timestamp(iso8601: "0000-01-01T00:00:00Z"),
                let last = Timestamp(iso8601: "9999-12-31T23:59:59Z"), first <= moment, moment <= last
            else { return }
            promise(Timestamp(iso8601: moment.iso8601) == moment, "a moment's text is that moment")
        },
        FuzzTarget("sealed", ["1:", ":", "AAAA", "="]) { input in
            let parts = input.parts(2)
            if let key = SecretKey(base64: parts[1].text), let sealed = SealedText(SealedValue(text: parts[0].text)) {
                _ = key.open(sealed, for: use)
            }
            let (key, text) = (SecretKey(), parts[0].text)
            let sealed = SealedText(try key.seal(text, for: use))
            promise(sealed.flatMap { key.open($0, for: use) } == text, "what is sealed can be opened")
        },
        FuzzTarget(
            "certificates",
            ["-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "PRIVATE KEY", "ENCRYPTED"]
        ) {
            let parts = $0.parts(3)
            _ = TLSSettings.areCertificates(parts[0].text)
            _ = TLSSettings.Identity(certificate: parts[0].text, key: parts[1].text, password: parts[2].text).fault
        },
    ]

    private static let use = SecretUse(source: SourceID(1), name: SourceName(stored: "a"), setting: "password")
}
#endif
