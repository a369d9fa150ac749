import Fixtures
import Foundation
import Testing

/// Whatever dies wherever: the store holds what was before or what was meant, every content is whole, nothing is stuck,
/// and the next run needs no help.
///
/// `SLUICE_CRASH_LOOP=500` sets how many processes are killed; without it, few enough for every run of the tests.
@Suite(.serialized) struct CrashLoopTests {
    @Test func `processes killed at random points leave a store that is whole`() async throws {
        let kills = ProcessInfo.processInfo.environment["SLUICE_CRASH_LOOP"].flatMap { Int($0) } ?? 24
        let seed = ProcessInfo.processInfo.environment["SLUICE_CRASH_SEED"].flatMap { UInt64($0) } ?? 7
        var random = SeededRandom(seed: seed)
        let world = try await CrashWorld()
        var acts: [any CrashAct] = [
            SyncAct(.disk), SyncAct(.git), SyncAct(.bucket), ApplyAct(), RegisterAct(), RevertAct(),
        ]
        for index in acts.indices { try acts[index].measure(in: world) }
        var landed: [String: Int] = [:]
        for round in 0..<kills {
            let index = round % acts.count
            let act = "round \(round) (seed \(seed)), \(acts[index].name)"
            let running = try acts[index].start(in: world)
            let delay = Double.random(in: 0...1.1, using: &random) * acts[index].duration
            let begin = ContinuousClock.now
            var elapsed = 0.0
            while elapsed < delay, running.process.isRunning {
                // Not a task's sleep: beside other tests it may end long after its time.
                usleep(2_000)
                elapsed = (ContinuousClock.now - begin) / .seconds(1)
            }
            kill(running.process.processIdentifier, SIGKILL)
            running.process.waitUntilExit()
            let wasKilled = running.process.terminationReason == .uncaughtSignal
            // The machine is now faster and now slower.
            acts[index].duration = wasKilled ? acts[index].duration * 1.1 : min(acts[index].duration, elapsed)
            landed[wasKilled ? "killed" : "ended before", default: 0] += 1

            let check = try world.program.sluice("check", "--format", "json")
            #expect(check.status == 0, "\(act): \(check.output)\(check.talk)")
            let found = try acts[index].outcome(in: world)
            #expect(found != .neither, "\(act): the store holds neither what was before nor what was meant")
            let again = try acts[index].runAgain(in: world)
            #expect(again.status == 0, "\(act), again: \(again.talk)")
            #expect(try acts[index].outcome(in: world) == .after, "\(act): running it again did not complete it")
            #expect(try world.stuckSources() == [], "\(act): a claim stuck")
        }
        #expect(landed["killed", default: 0] >= kills / 8, "too few were killed while they ran: \(landed)")
    }
}
