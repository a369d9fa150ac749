import Fixtures
import Foundation
import Model
import Permissions
import Stages
import Storage

/// What is measured inside a process: this program, started again, calls the same functions as every face.
enum Inside {
    static let word = "--inside"

    /// What `what` takes in a process of its own, its start left out.
    static func measure(_ what: String, _ store: String, expecting count: Int) throws -> Span {
        let output = String(
            decoding: try Command.run([CommandLine.arguments[0], word, what, store]), as: UTF8.self)
        let parts = output.split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, let wall = Double(parts[0]), let busy = Double(parts[1]), parts[2] == "\(count)"
        else {
            throw FixtureError("\(what): expected \(count) objects: \(output)")
        }
        return Span(wall: wall, busy: busy)
    }

    struct Span {
        /// Seconds by the clock, and of all processors: on a busy machine only the latter tell what the work costs.
        let wall: Double
        let busy: Double
    }

    /// Prints the seconds, and of how many objects.
    static func run(_ words: [String]) async throws {
        guard words.count == 2 else { throw FixtureError("--inside takes status or apply, and a store") }
        let store = try SQLiteStore.open(folder: words[1], creator: "", at: now(), clock: { now() })
        let status = Status(store: store)
        if words[0] == "status" {
            let (start, used) = (ContinuousClock.now, busy)
            let flagged = try await status().count { $0.state != .inSync }
            return print((ContinuousClock.now - start) / .seconds(1), busy - used, flagged)
        }
        let flagged = try await status().filter { $0.state == .outOfDate }
        let user = String(cString: getpwuid(geteuid()).pointee.pw_name)
        let authorizer = Authorizer(try await store.principal(named: user))
        let permit = try authorizer.permitApply(flagged, sources: try await store.dataSources())
        let (start, used) = (ContinuousClock.now, busy)
        let reports = try await Apply(store: store, now: now)(flagged, permit: permit)
        print((ContinuousClock.now - start) / .seconds(1), busy - used, reports.count { $0.outcome == .applied })
    }

    private static var busy: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Sendable private static func now() -> Timestamp {
        Timestamp(seconds: Int64(Date().timeIntervalSince1970), nanoseconds: 0)
    }
}
