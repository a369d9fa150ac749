import Foundation
import Model

/// What others see of this process's arguments, in `ps` and `/proc/PID/cmdline`.
enum ProcessTitle {
    /// Gives the arguments, and overwrites what may be secret where the system shows them: values of `--set`, and the
    /// user-info and query of `--url`.
    ///
    /// Others could see them for the moment that the process took to come here: `--set NAME=-` keeps a value out of the
    /// arguments altogether.
    /// - Returns: the arguments as they were, without the program's name.
    static func takeArguments() -> [String] {
        // Read before they are overwritten: the library reads them from the same memory, when first asked.
        let arguments = CommandLine.arguments
        guard let memory = argumentMemory else { return Array(arguments.dropFirst()) }
        var start = memory.startIndex
        var before: [UInt8] = []
        while start < memory.endIndex {
            let end = memory[start...].firstIndex(of: 0) ?? memory.endIndex
            let argument = Array(memory[start..<end])
            for index in hidden(in: argument, after: before) { memory[start + index] = UInt8(ascii: "*") }
            before = argument
            start = end + 1
        }
        return Array(arguments.dropFirst())
    }

    /// Which bytes of an argument may be secret.
    static func hidden(in argument: [UInt8], after before: [UInt8]) -> Range<Int> {
        for (option, secret) in [("--set", hiddenInSetting), ("--url", hiddenInURL)] {
            if before.elementsEqual(option.utf8) { return secret(argument[...]) }
            if argument.starts(with: (option + "=").utf8) { return secret(argument[(option.utf8.count + 1)...]) }
        }
        return 0..<0
    }

    /// All after the `=` of `NAME=VALUE`: what is a reference is hidden too, which loses nothing.
    private static func hiddenInSetting(_ setting: ArraySlice<UInt8>) -> Range<Int> {
        guard let mark = setting.firstIndex(of: UInt8(ascii: "=")) else { return setting.startIndex..<setting.endIndex }
        return mark + 1..<setting.endIndex
    }

    /// From the start of the user-info to its end, or to the end of the query if there is one.
    private static func hiddenInURL(_ url: ArraySlice<UInt8>) -> Range<Int> {
        let mark = url.firstRange(of: Array("://".utf8))
        let start = mark?.upperBound ?? url.startIndex
        let end = url[start...].firstIndex { "/?#".utf8.contains($0) } ?? url.endIndex
        let at = url[start..<end].lastIndex(of: UInt8(ascii: "@"))
        if let query = url[end...].firstIndex(of: UInt8(ascii: "?")) {
            // A "?" that nobody escaped may be part of a password.
            return (url[start...].contains(UInt8(ascii: "@")) ? start : query + 1)..<url.endIndex
        }
        return start..<(at ?? start)
    }

    /// Where the kernel reads the arguments from, one after the other with a zero byte after each.
    ///
    /// Source: proc(5), `/proc/[pid]/stat`, fields 48 and 49, `arg_start` and `arg_end`.
    private static var argumentMemory: UnsafeMutableBufferPointer<UInt8>? {
        // Without it nothing can be hidden, and nothing else is wrong. The first of the fields here is number 2.
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let mark = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[mark...].split(separator: " ")
        guard fields.count > 47, let start = UInt(fields[46].trimmed), let end = UInt(fields[47].trimmed), end > start,
            let address = UnsafeMutablePointer<UInt8>(bitPattern: start)
        else { return nil }
        return UnsafeMutableBufferPointer(start: address, count: Int(end - start))
    }
}

extension Substring {
    fileprivate var trimmed: Substring { prefix { $0.isNumber } }
}
