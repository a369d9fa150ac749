import Fixtures
import Foundation
import Model
import Permissions
import Stages
import Storage

/// What is measured inside a process: this program, started again, calls the same functions as every face.
enum Inside {
    static let word = "--inside"

    /// Seconds that `what` takes in a process of its own.
    static func measure(_ what: String, _ store: String, expecting count: Int) throws -> Double {
        let output = String(
            decoding: try Command.run([CommandLine.arguments[0], word, what, store]), as: UTF8.self)
        let parts = output.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let seconds = Double(parts[0]), parts[1] == "\(count)" else {
            throw FixtureError("\(what): expected \(count) objects: \(output)")
        }
        return seconds
    }

    /// Prints the seconds, and of how many objects.
    static func run(_ words: [String]) async throws {
        guard words.count == 2 else { throw FixtureError("--inside takes status or apply, and a store") }
        let store = try SQLiteStore.open(folder: words[1], creator: "", at: now())
        let status = Status(store: store)
        if words[0] == "status" {
            let start = ContinuousClock.now
            let flagged = try await status().count { $0.state != .inSync }
            return print((ContinuousClock.now - start) / .seconds(1), flagged)
        }
        let flagged = try await status().filter { $0.state == .outOfDate }
        let user = String(cString: getpwuid(geteuid()).pointee.pw_name)
        let authorizer = Authorizer(try await store.principal(named: user))
        let permit = try authorizer.permitApply(flagged, sources: try await store.dataSources())
        let start = ContinuousClock.now
        let reports = try await Apply(store: store, now: now)(flagged, permit: permit)
        print((ContinuousClock.now - start) / .seconds(1), reports.count { $0.outcome == .applied })
    }

    @Sendable private static func now() -> Timestamp {
        Timestamp(seconds: Int64(Date().timeIntervalSince1970), nanoseconds: 0)
    }
}
