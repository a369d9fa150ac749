import ArgumentParser
import Model
import Permissions
import Stages
import Synchronization

extension SourceCommand {
    struct Test: StoreCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Go the way to a data source's remote, step by step.",
            discussion: """
                Resolve, connect, proxy, TLS, host key, credentials, repository and ref or bucket, one page of its \
                listing: each with its time and what it found, up to the first that fails, with its cause and what to \
                do. The index stays as it is. Exit code 1 when a step failed.
                """)

        @OptionGroup var options: StoreOptions
        @Argument(help: "The data source.", completion: .sources)
        var name: String
        @Option(help: "How to print: table for people, json for scripts.")
        var format = OutputFormat.table

        func run(in workspace: Workspace) async throws -> ExitStatus {
            let source = try await workspace.source(named: name)
            let permit = try workspace.authorizer.permitSync(source)
            let warnings = workspace.warnings(about: source)
            let isTable = format == .table
            if isTable { Terminal.warn(warnings, about: source.name) }
            let steps = Mutex<[ConnectionStep]>([])
            try await workspace.test(source, permit: permit) { step in
                steps.withLock { $0.append(step) }
                // A person sees each as it ends.
                if isTable { Terminal.put(StepText(step).text) }
            }
            let taken = steps.withLock { $0 }
            let hasFailed = taken.isEmpty || taken.contains(where: \.hasFailed)
            if format == .json {
                let result: JSONValue = [
                    "source": .string(source.name.description), "outcome": hasFailed ? "failed" : "passed",
                    "steps": .array(taken.map { .step($0) }), "warnings": .array(warnings.map { .string($0) }),
                ]
                Terminal.put(result)
            }
            return hasFailed ? .failed : .done
        }
    }
}

/// One step of a test for a person: a line, and what to do when it failed.
struct StepText {
    let text: String

    init(_ step: ConnectionStep) {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let width = ConnectionStep.Name.allCases.map(\.rawValue.count).max() ?? 0
        let place = "\(padded(step.name.rawValue, width))  \(JSONValue.seconds(step.duration).canonical) s"
        let indent = String(repeating: " ", count: 8)
        switch step.outcome {
        case .success(let found): text = "\(Colour.green("ok"))      \(place)  \(found)\n"
        case .failure(let error):
            let advice = error.advice.map { "\(indent)-> \($0)\n" } ?? ""
            text = "\(Colour.red("FAILED"))  \(place)  \(error.cause.rawValue)\n\(indent)\(error.reason)\n\(advice)"
        }
    }
}

extension JSONValue {
    static func step(_ step: ConnectionStep) -> JSONValue {
        var found: JSONValue = .null
        var failure: BackendError?
        switch step.outcome {
        case .success(let text): found = .string(text)
        case .failure(let error): failure = error
        }
        return [
            "step": .string(step.name.rawValue), "outcome": step.hasFailed ? "failed" : "passed",
            "duration_seconds": .seconds(step.duration), "found": found, "cause": .text(failure?.cause.rawValue),
            "reason": .text(failure?.reason), "advice": .text(failure?.advice),
        ]
    }
}
