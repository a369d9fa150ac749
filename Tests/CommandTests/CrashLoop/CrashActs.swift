import Fixtures
import Foundation
import Model
import Testing

/// Something that a process does to the store, and may die of.
protocol CrashAct {
    var name: String { get }
    /// How long it takes when nothing kills it, in seconds.
    var duration: Double { get set }

    /// Changes the world so that there is something to do, and starts doing it.
    mutating func start(in world: CrashWorld) throws -> Program.Running
    func runAgain(in world: CrashWorld) throws -> Program.Result
    /// What the store holds now.
    func outcome(in world: CrashWorld) throws -> CrashOutcome
}

enum CrashOutcome { case before, after, neither }

extension CrashAct {
    mutating func measure(in world: CrashWorld) throws {
        let running = try start(in: world)
        let begin = ContinuousClock.now
        running.process.waitUntilExit()
        #expect(running.process.terminationStatus == 0, "\(name): \(running.scratch.read("talk"))")
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        duration = Double(seconds) + Double(attoseconds) / 1e18
        #expect(try outcome(in: world) == .after)
    }
}

/// Generation n or n+1 of a source, whole.
struct SyncAct: CrashAct {
    let remote: CrashWorld.Remote
    var duration = 0.0
    var name: String { "sync \(remote)" }

    init(_ remote: CrashWorld.Remote) { self.remote = remote }

    func start(in world: CrashWorld) throws -> Program.Running {
        try world.move(remote)
        return try world.program.start(["sync", remote.rawValue])
    }

    func runAgain(in world: CrashWorld) throws -> Program.Result { try world.program.sluice("sync", remote.rawValue) }

    func outcome(in world: CrashWorld) throws -> CrashOutcome {
        let version = world.versions[remote, default: 0]
        let digests = try world.digests(of: remote)
        if digests == CrashWorld.digests(ofVersion: version) { return .after }
        return digests == CrashWorld.digests(ofVersion: version - 1) ? .before : .neither
    }
}

/// All objects of a bulk, or none.
struct ApplyAct: CrashAct {
    var duration = 0.0
    var name: String { "apply" }

    func start(in world: CrashWorld) throws -> Program.Running {
        // Other acts leave objects out of date.
        #expect(try world.program.sluice("apply", "--all", "--yes").status == 0)
        try world.move(.disk)
        #expect(try world.program.sluice("sync", "disk").status == 0)
        return try world.program.start(["apply", "--all", "--yes"])
    }

    func runAgain(in world: CrashWorld) throws -> Program.Result {
        try world.program.sluice("apply", "--all", "--yes")
    }

    func outcome(in world: CrashWorld) throws -> CrashOutcome {
        let moved = try world.program.sluice("status", "--state", "out_of_date", "--quiet").output.split(
            separator: "\n")
        if moved.isEmpty { return .after }
        let version = world.versions[.disk, default: 0]
        let (now, before) = (CrashWorld.files(of: version), CrashWorld.files(of: version - 1))
        let paths = ["t/0.j2"] + (1..<50).map { "t/\($0 * 2).j2" }
        return moved.count == paths.count { now[$0] != before[$0] } ? .before : .neither
    }
}

/// One declaration or the other.
struct RegisterAct: CrashAct {
    var duration = 0.0
    var name: String { "register" }
    private var number = 1

    mutating func start(in world: CrashWorld) throws -> Program.Running {
        number += 1
        let file = try world.program.folder.write("declaration.json", world.declaration(number))
        return try world.program.start(["register", file, "--prune", "--yes"])
    }

    func runAgain(in world: CrashWorld) throws -> Program.Result { try world.register(number) }

    func outcome(in world: CrashWorld) throws -> CrashOutcome {
        let listing = try world.program.sluice("object", "list", "--kind", "config-context", "--format", "json").json()
        guard case .array(let objects) = listing else { return .neither }
        let names = Set(objects.map { "\($0["name"] ?? .null) \($0["weight"] ?? $0["fields"]?["weight"] ?? .null)" })
        let description = try world.program.sluice("source", "show", "bucket", "--format", "json").json()["description"]
        func holds(_ number: Int) -> Bool {
            description == .string("\(number)")
                && names
                    == Set(
                        (0..<40).map { "\(JSONValue.string("kept-\(number % 2)-\($0)")) \(JSONValue.integer(number))" })
        }
        return holds(number) ? .after : holds(number - 1) ? .before : .neither
    }
}

/// The content before, or the one gone back to.
struct RevertAct: CrashAct {
    var duration = 0.0
    var name: String { "revert" }
    private var before = ""
    private var after = ""

    mutating func start(in world: CrashWorld) throws -> Program.Running {
        before = try content(in: world)
        try world.move(.disk)
        #expect(try world.program.sluice("sync", "disk").status == 0)
        #expect(try world.program.sluice("apply", "config-template/followed").status == 0)
        (before, after) = (try content(in: world), before)
        return try world.program.start(["revert", "config-template/followed"])
    }

    /// Going back twice would go back further: only what did not happen is done again.
    func runAgain(in world: CrashWorld) throws -> Program.Result {
        guard try outcome(in: world) == .before else {
            return try world.program.sluice("object", "show", "config-template/followed")
        }
        return try world.program.sluice("revert", "config-template/followed")
    }

    func outcome(in world: CrashWorld) throws -> CrashOutcome {
        let now = try content(in: world)
        return now == after ? .after : now == before ? .before : .neither
    }

    private func content(in world: CrashWorld) throws -> String {
        try world.program.sluice("object", "show", "config-template/followed", "--content").output
    }
}
