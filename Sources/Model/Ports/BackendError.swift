/// Why a remote could not be replicated as a whole.
///
/// Carries no secret: no user-info of a URL, no signed URL, no parameter's value.
package struct BackendError: Error, Sendable, Hashable {
    package enum Cause: String, Sendable {
        /// The settings do not make sense to this backend.
        case settings
        /// The name did not resolve, nobody listens, or the connection broke.
        case connection
        case timeout
        /// The certificate or the TLS conversation was refused.
        case encryption
        /// A proxy refused, or did not do what it was asked.
        case proxy
        /// The SSH server's host key is not known, or not the known one.
        case hostKey = "host_key"
        /// What the remote has is not signed by anybody who may sign it.
        case signature
        /// Credentials are missing, wrong, or not enough.
        case credentials
        /// The repository, ref, bucket or folder does not exist, or the remote does not say that it does.
        case notFound = "not_found"
        /// The remote asks to slow down, or has a fault of its own.
        case unavailable
        /// The remote's answer is not what its protocol says: broken, out of order, or something else entirely.
        case malformed
        /// Our own cache, disk or library failed.
        case local
    }

    /// Whether doing the same again can help.
    package enum Retry: String, Sendable {
        case never, soon, later
    }

    package let cause: Cause
    /// What we were doing, to what, and what happened: one clause in lower case.
    package let reason: String
    /// What to do about it: one clause in lower case; nil when the reason says it already.
    package let advice: String?
    package let retry: Retry

    package init(_ cause: Cause, _ reason: String, advice: String? = nil, retry: Retry = .never) {
        self.cause = cause
        self.reason = reason
        self.advice = advice ?? cause.usualAdvice
        self.retry = retry
    }
}

extension BackendError {
    /// Reason and advice as one clause.
    package var clause: String { advice.map { "\(reason): \($0)" } ?? reason }
}

extension BackendError.Cause {
    /// Whether it is about the way to the remote or what answers there, so that it may hit one file and not another;
    /// all other causes hold for every file alike.
    package var isOfTheWay: Bool {
        switch self {
        case .connection, .timeout, .encryption, .proxy, .unavailable, .malformed: true
        case .settings, .hostKey, .signature, .credentials, .notFound, .local: false
        }
    }

    /// What helps where nobody knows better; nil for what depends on the settings, so that whoever throws it has to say.
    fileprivate var usualAdvice: String? {
        switch self {
        case .connection: "try again; if it goes on, check host, port and firewall"
        case .timeout: "try again; if it goes on, check that the server is up and the way to it"
        case .unavailable: "try again later; if it stays so, ask whoever runs the server"
        case .malformed:
            "check that the URL is right and that no proxy answers in the server's place; else ask whoever runs the server"
        case .local:
            "check that the disk has room and that this user may write the store's folder; `sluice check --repair` "
                + "makes anew what is damaged there"
        case .settings, .encryption, .proxy, .hostKey, .signature, .credentials, .notFound: nil
        }
    }
}

extension BackendError: CustomStringConvertible {
    package var description: String { advice.map { "\(reason)\n-> \($0)" } ?? reason }
}
