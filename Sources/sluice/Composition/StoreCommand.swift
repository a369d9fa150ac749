import ArgumentParser
import Model
import Permissions
import Stages

/// The options that every command has which opens the store.
struct StoreOptions: ParsableArguments {
    @Option(help: "The store's folder. (default: $SLUICE_STORE, else the XDG data folder)")
    var store: StoreFolder?

    @Option(name: .customLong("as"), help: "Act as this user; for superusers.")
    var user: String?
}

/// A command that works on the store: opens it, runs, and turns what went wrong into a message and an exit code.
protocol StoreCommand: AsyncParsableCommand, Sendable {
    var options: StoreOptions { get }

    /// Does the work; returns how it went, or throws.
    func run(in workspace: Workspace) async throws -> ExitStatus
}

extension StoreCommand {
    func run() async throws {
        let interruption = Interruption()
        // Apart from this task, which nobody can cancel: a signal cancels the work, and its end is waited for below.
        let work = Task {
            let folder = options.store ?? .fromEnvironment()
            let workspace = try await Workspace.open(folder, as: options.user)
            defer { workspace.leave() }
            Terminal.warn(of: workspace.authorizer.faults)
            return try await run(in: workspace)
        }
        interruption.cancels { work.cancel() }
        let status: ExitStatus
        do {
            status = try await work.value
        } catch {
            let cause: any Error = work.isCancelled ? CancellationError() : error
            Terminal.say(Terminal.message(of: cause))
            status = ExitStatus(of: cause)
        }
        if status != .done { throw ExitCode(status.rawValue) }
    }
}

/// STYLE's exit codes.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case partlyDone = 3
    case notPermitted = 4
    case alreadyRunning = 5
    case interrupted = 130

    init(of error: any Error) {
        switch error {
        case is CancellationError: self = .interrupted
        case is Refusal: self = .notPermitted
        case let error as UsageError: self = error.isAboutRights ? .notPermitted : .usage
        case is Declaration.Invalid, is AccessFault: self = .usage
        case StoreError.claimed: self = .alreadyRunning
        default: self = .failed
        }
    }
}

/// A command that makes no sense as it was typed.
enum UsageError: Error, CustomStringConvertible {
    case mayNotActAs(String, me: String)
    case wrong(String)

    var isAboutRights: Bool {
        if case .mayNotActAs = self { return true }
        return false
    }

    var description: String {
        switch self {
        case .mayNotActAs(let user, let me): "\(me) may not act as \(user)\n-> only a superuser may use --as"
        case .wrong(let reason): reason
        }
    }
}
