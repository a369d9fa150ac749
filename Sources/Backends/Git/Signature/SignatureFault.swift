internal import Model

/// Why a commit or tag is not taken for signed by somebody who may sign.
enum SignatureFault: Error, Sendable, Equatable {
    case unsigned
    case several
    /// X.509 and the like.
    case unsupported
    case malformed(String)
    /// The keys are named as in `OpenPGP key 0123...`.
    case unknownKey(String)
    case bad(String)
    case expiredKey(String)
    case revokedKey(String)
    case expiredSignature(String)
    case weak(String)
    /// With the reason as a clause.
    case refused(String)

    /// A clause about "it".
    var reason: String {
        switch self {
        case .unsigned: "it is not signed"
        case .several: "it carries more than one signature"
        case .unsupported: "its signature is neither an OpenPGP nor an SSH signature"
        case .malformed(let what): "its signature cannot be read: \(what)"
        case .unknownKey(let key): "it is signed by \(key), which is not among `signers`"
        case .bad(let key): "the signature by \(key) is bad: it is not what was signed"
        case .expiredKey(let key): "it is signed by \(key), which has expired"
        case .revokedKey(let key): "it is signed by \(key), which has been revoked"
        case .expiredSignature(let key): "the signature by \(key) has expired"
        case .weak(let key): "the signature by \(key) is made with a digest that can be forged, such as SHA-1"
        case .refused(let reason): reason
        }
    }

    var advice: String {
        switch self {
        case .unsigned, .several, .unsupported, .malformed, .weak, .refused, .expiredSignature:
            "have it signed by one of the keys in `signers`; what is known stays meanwhile"
        case .unknownKey: "check who that is, then add the public key to `signers`, or have it signed by a listed key"
        case .bad: "do not trust it; find out who changed it"
        case .expiredKey: "put the renewed public key into `signers`, or have it signed by another listed key"
        case .revokedKey: "have it signed by another listed key, and find out why this one was revoked"
        }
    }
}
