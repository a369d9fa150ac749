import Model
import Subprocess
import SystemPackage

/// What a program prints that a parameter refers to.
enum CommandOutput {
    /// Runs `words`, without a shell, to its end: a program that takes longer than `patience` is killed with all that it
    /// started, as it is when the task is cancelled.
    ///
    /// It has a session of its own, so that it cannot ask a person anything, and no standard input. Its complaints are
    /// not repeated, for they may hold what is secret; nor are its arguments.
    /// - Throws: ``ParameterReading/Failure``, `CancellationError`.
    static func read(
        _ words: [String], limit: Int, patience: Duration = .seconds(60)
    ) async throws -> [UInt8] {
        let program = words[0]
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { try await output(of: words, limit: limit) }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let output = first else {
                throw ParameterReading.Failure.noOutput(program, "it took longer than \(patience.components.seconds) s")
            }
            return output
        }
    }

    private static func output(of words: [String], limit: Int) async throws -> [UInt8] {
        let program = words[0]
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        do {
            let result = try await run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(words.dropFirst())), environment: environment, platformOptions: options,
                input: .none, output: .bytes(limit: limit), error: .discarded)
            try Task.checkCancellation()
            guard result.terminationStatus.isSuccess else {
                throw ParameterReading.Failure.noOutput(program, "it ended with \(result.terminationStatus)")
            }
            return result.standardOutput
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ParameterReading.Failure.noOutput(program, "\(error)")
        }
    }

    private static var environment: Environment {
        .custom(
            ThisProcess.environmentForOthers.reduce(into: [:]) { environment, member in
                environment[Environment.Key(stringLiteral: member.key)] = member.value
            })
    }
}
