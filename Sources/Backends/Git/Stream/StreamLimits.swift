internal import Model

/// How patient a conversation with a git server is, where no HTTP client looks after that.
struct StreamLimits: Sendable {
    var connect: Duration = .seconds(20)
    /// An answer that brings fewer bytes a second than this, for as long as `stall`, is given up.
    var stallBytesPerSecond: Int64 = 1
    var stall: Duration = .seconds(60)
    /// The longest time for one request with its answer; nil leaves that to the stall limit.
    var total: Duration?
}

extension StreamLimits {
    init(_ configuration: BackendConfiguration) {
        if let time = configuration.duration("connect_timeout") { connect = time }
        if let speed = configuration["stall_speed"].flatMap(ByteSize.bytes(in:)) { stallBytesPerSecond = speed }
        if let time = configuration.duration("stall_time") { stall = time }
        total = configuration.duration("total_timeout")
    }
}
