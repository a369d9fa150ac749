import Foundation
import Model
import Testing

@Suite struct ShellWordTests {
    @Test func `what needs no quotes has none`() {
        for text in ["core", "config-template/dc/leaf", "größe_1.j2", "a@b:c,d=e%f+g"] {
            #expect(ShellWord(text).description == text)
        }
        #expect(ShellWord("-x").description == "'-x'")
        #expect(ShellWord("").description == "''")
    }

    @Test(arguments: [
        "a b", "$(touch pwned)", "`touch pwned`", "it's", "'\u{301}; touch pwned #", "~", "a;b", "a\\b", "!", "*",
        "a\"b",
        "{a,b}", "#a", "a\nb",
    ])
    func `a shell takes it for one word, and that text`(_ text: String) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf '%s|' \(ShellWord(text))"]
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(Array(printed) == Array("\(text)|".utf8))
    }
}
