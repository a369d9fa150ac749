internal import Model

/// A way to one repository's `git-upload-pack`.
protocol GitTransport: Sendable {
    /// For messages: the repository's place without user-info.
    var shown: String { get }

    /// Bytes that came from the server so far.
    var bytesReceived: Int64 { get }

    /// Asks what the server can do, protocol version 2 preferred, and streams its answer's packets to `receive`.
    ///
    /// It also settles where later requests go, should the server point elsewhere.
    func advertise(receive: @escaping HTTPClient.Receiver) async throws(GitFailure)

    /// Sends one request and streams the answer to `receive`.
    ///
    /// - Parameter version: of git's protocol, as advertised.
    func exchange(
        _ request: [UInt8], version: Int, doing: String, receive: @escaping HTTPClient.Receiver
    ) async throws(GitFailure)

    /// Goes the way to the repository once, and reports each step of it up to that something there speaks git.
    ///
    /// - Returns: false when a step failed; it was reported.
    func test(report: @Sendable (ConnectionStep) -> Void) async -> Bool

    /// Whether ``advertise(receive:)`` was pointed to another place.
    var isRedirected: Bool { get }

    /// Whether the server says what it can do before it takes the first request, so that nothing is gained by
    /// remembering that.
    var isIntroduced: Bool { get }

    /// Ends what is open to the server; a later request opens it again.
    func close() async
}

extension GitTransport {
    var isIntroduced: Bool { false }
    func close() async {}
    func test(report: @Sendable (ConnectionStep) -> Void) async -> Bool { true }
}
