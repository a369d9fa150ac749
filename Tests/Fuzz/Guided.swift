#if FUZZING
import Foundation

/// libFuzzer, which watches what code an input reaches and goes on from those that reach new code.
///
/// - Source: LLVM's documentation, "libFuzzer", "Using libFuzzer as a library".
enum Guided {
    /// Takes the arguments of the process as libFuzzer's options.
    static func run(_ target: FuzzTarget) -> Int32 {
        Self.target = target
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = CommandLine.unsafeArgv
        return withUnsafeMutablePointer(to: &arguments) { arguments in
            drive(&count, arguments) { bytes, count in
                // What a parser throws is an answer.
                try? Guided.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            }
        }
    }

    /// A C function has no context. Set once, before the first input.
    nonisolated(unsafe) private static var target: FuzzTarget?
}

@_silgen_name("LLVMFuzzerRunDriver")
private func drive(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
#endif
