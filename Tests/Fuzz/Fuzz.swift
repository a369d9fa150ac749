import Foundation

/// Feeds the parsers of all that comes from outside with what nobody should send.
///
///     sluice-fuzz targets                           their names, one a line
///     sluice-fuzz words TARGET                      what its inputs are made of, as a dictionary of libFuzzer's
///     sluice-fuzz replay TARGET FILE...             runs these inputs
///     sluice-fuzz mutate TARGET FOLDER COUNT SEED   runs the folder's inputs, and COUNT more that are made of them
///
/// The last two end by a signal, or with exit code 1, at the first input that crashes, hangs, takes too much memory or
/// breaks a promise; its bytes are then in `sluice-fuzz-TARGET-SEED` in the folder for temporary files.
///
/// Built by `Tests/fuzz`, it is libFuzzer with a target that the environment variable `SLUICE_FUZZ_TARGET` names.
@main
struct Fuzz {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if FuzzTarget.all.isEmpty { fail("it was built for release\n-> build it for debugging, as Tests/fuzz does") }
        #if FUZZING
        if let name = ProcessInfo.processInfo.environment["SLUICE_FUZZ_TARGET"] { exit(Guided.run(target(name))) }
        #endif
        switch (arguments.first, arguments.count) {
        case ("targets", 1): for target in FuzzTarget.all { print(target.name) }
        case ("words", 2): for line in target(arguments[1]).dictionary { print(line) }
        case ("replay", 3...):
            var run = BoundedRun(target(arguments[1]), seed: 0)
            for file in arguments.dropFirst(2) { run.take(read(file)) }
            run.end()
        case ("mutate", 5):
            guard let count = Int(arguments[3]), let seed = UInt64(arguments[4]) else { usage() }
            mutate(target(arguments[1]), inputs(in: arguments[2]), count, seed)
        default: usage()
        }
    }

    private static func mutate(_ target: FuzzTarget, _ inputs: [[UInt8]], _ count: Int, _ seed: UInt64) {
        var run = BoundedRun(target, seed: seed)
        for input in inputs { run.take(input) }
        var mutator = Mutator(inputs, words: target.words, seed: seed)
        for _ in 0..<count { run.take(mutator.next()) }
        run.end()
    }

    private static func inputs(in folder: String) -> [[UInt8]] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            fail("there is no folder \(folder)")
        }
        return names.sorted().map { read("\(folder)/\($0)") }
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { fail("cannot read \(path)") }
        return Array(data)
    }

    private static func target(_ name: String) -> FuzzTarget {
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else { fail("there is no target \(name)") }
        return target
    }

    private static func usage() -> Never {
        fail("sluice-fuzz targets | words TARGET | replay TARGET FILE... | mutate TARGET FOLDER COUNT SEED")
    }

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("sluice-fuzz: \(message)\n".utf8))
        exit(2)
    }
}
