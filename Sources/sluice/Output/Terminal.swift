import Foundation
import Glibc
import Model
import Synchronization

/// Data goes to standard output, talk to standard error.
enum Terminal {
    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    static let talkIsTerminal = isatty(STDERR_FILENO) == 1
    /// True while a person is asked something: nothing is under way that would have to be undone.
    static let isAsking = Atomic(false)
    static let inputIsTerminal = isatty(STDIN_FILENO) == 1

    /// One line of talk, or several; what cannot be seen in it is escaped.
    static func say(_ text: String) { write(EscapedName.unseen(in: text) + "\n", to: STDERR_FILENO) }

    /// Whether talk would be taken at once: nobody waits for one who does not read.
    static var takesTalk: Bool {
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, 0) == 1
    }

    /// Talk that stands until the next one replaces it; "" wipes it. Nothing unless a person looks on.
    static func show(passing text: String) {
        guard talkIsTerminal else { return }
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    /// Data for a person: what cannot be seen in it is escaped, but for colours.
    static func put(_ text: String) { put(exactly: EscapedName.unseen(in: text, but: "\u{1B}")) }

    /// Data for a program.
    static func put(_ value: JSONValue) { put(exactly: value.pretty + "\n") }

    /// A list for a program; its elements are made where they are written.
    static func put(array elements: some Sequence<JSONValue>) {
        var text = arrayText()
        for element in elements { text.add(element) }
        put(endOf: &text)
    }

    /// A list for a program whose elements take their time; to be ended by ``put(endOf:)``.
    static func arrayText() -> JSONArrayText { JSONArrayText { put(exactly: $0) } }

    static func put(endOf text: inout JSONArrayText) {
        text.end()
        put(exactly: "\n")
    }

    /// Names, a line each: as they are for a program that takes them up, made harmless for a person.
    static func put(names: [String]) {
        put(exactly: names.map { (outputIsTerminal ? EscapedName.unseen(in: $0) : $0) + "\n" }.joined())
    }

    /// Text as it is.
    static func put(exactly text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    /// Data, as it is.
    ///
    /// Ends the process when it cannot be written: whoever reads it must not take half of it for all.
    static func put(_ bytes: UnsafeRawBufferPointer) {
        guard !write(bytes, to: STDOUT_FILENO) else { return }
        say("sluice: cannot write the output: \(String(cString: strerror(errno)))")
        ThisProcess.end(ExitStatus.failed.rawValue)
    }

    /// A line of content from outside, without what would command a person's terminal or fool a person's eye; as it is
    /// for anything else, so that a patch stays one.
    static func harmless(_ line: Substring.UnicodeScalarView) -> String {
        let text = String(Substring(line))
        return outputIsTerminal ? EscapedName.unseen(in: text) : text
    }

    /// What to say about an error: `sluice:` and the error's own words.
    static func message(of error: any Error) -> String {
        if error is CancellationError { return "sluice: interrupted; the store is as it was" }
        return "sluice: \(error)"
    }

    /// Asks a person to type yes; nil when there is nobody to ask.
    static func confirm(_ question: String) -> Bool? {
        guard inputIsTerminal, talkIsTerminal else { return nil }
        write(question + " [y/N] ", to: STDERR_FILENO)
        isAsking.store(true, ordering: .relaxed)
        defer { isAsking.store(false, ordering: .relaxed) }
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    /// Asks for something that must not show while it is typed; nil at the end of the input.
    static func askSecretly(_ question: String) -> String? {
        var state = termios()
        tcgetattr(STDIN_FILENO, &state)
        echo.withLock { $0 = state }
        state.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &state)
        // Only now: whoever types at once must not be shown either.
        write(question, to: STDERR_FILENO)
        isAsking.store(true, ordering: .relaxed)
        defer {
            isAsking.store(false, ordering: .relaxed)
            restoreEcho()
            write("\n", to: STDERR_FILENO)
        }
        return readLine()
    }

    /// Lets a terminal show again what is typed; to be called before the process ends in the middle of a question.
    static func restoreEcho() {
        echo.withLock { state in
            if var before = state { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
            state = nil
        }
    }

    /// How the terminal was before a question that shows nothing.
    private static let echo = Mutex<termios?>(nil)

    /// Talk that nobody can hear is no error.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        _ = text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// - Returns: whether all of it was written; if not, `errno` tells why.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// Colours where a person looks on and has not asked for none.
enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case grey = "90"

    /// Source: no-color.org: any value of `NO_COLOR` but an empty one.
    private static let isOn =
        Terminal.outputIsTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    func callAsFunction(_ text: String) -> String { Self.isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text }
}
