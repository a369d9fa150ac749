/// How an `HTTPClient` connects and how long it is patient.
package struct HTTPSettings: Sendable, Equatable {
    package var connectTimeout: Duration = .seconds(20)
    /// A transfer that brings fewer bytes a second than this, for as long as `stallLimit`, is given up.
    package var stallBytesPerSecond = 1
    package var stallLimit: Duration = .seconds(60)
    /// The longest time one request may take, body included; nil leaves that to the stall limit.
    package var totalTimeout: Duration?
    package var userAgent = "sluice"
    /// How many transfers run at once; further ones wait their turn.
    package var parallelTransfers = 16
    /// None unless one is named: the environment is read by whoever knows it.
    package var proxy = ProxyChoice.none
    package var tls = TLSSettings()

    package init() {}
}
