import Fixtures
import Foundation
import Testing

/// What Tab brings.
@Suite struct CompletionTests {
    @Test func `completion in an empty folder makes no store`() throws {
        let program = try Program()
        try FileManager.default.createDirectory(atPath: program.store, withIntermediateDirectories: true)
        // As the completion script asks for the names after "sluice source show ".
        let asked = try program.sluice(
            "---completion", "source", "show", "--", "positional@0", "0", "0",
            environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
        #expect(asked.output.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.store).isEmpty)

        // The first command makes it, with the user that auto-sync needs.
        #expect(try program.sluice("user", "list", "--quiet").output.contains("auto-sync\n"))
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        let names = try program.sluice(
            "---completion", "source", "show", "--", "positional@0", "0", "0",
            environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
        #expect(names.output == "disk\n")
    }

    @Test func `a name that a shell would take for more than a word is not offered`() throws {
        let program = try Program()
        for name in ["plain-1_2.j2", "größe.j2", "$(touch pwned).j2", "`touch pwned`.j2", "a b.j2", "~.j2", "a;b.j2"] {
            try program.root.write(name, "1")
        }
        try program.sluice("source", "add", "disk", "--type", "local", "--url", program.root.path)
        try program.sluice("link", "config-template", "--source", "disk", "--path", "*.j2")
        #expect(try program.sluice("sync", "disk").status == 0)
        #expect(try program.sluice("object", "list", "--quiet").output.split(separator: "\n").count == 7)
        let script = try program.sluice("--generate-completion-script", "bash")
        let file = try program.folder.write("completion.bash", script.output)
        // As bash calls it for "sluice apply " and Tab.
        let call = """
            compopt() { :; }
            source "$0"; cd "$1"; PATH=$2:$PATH
            COMP_WORDS=(sluice apply ""); COMP_CWORD=2; COMP_LINE="sluice apply "; COMP_POINT=13
            _sluice sluice "" apply
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let output = try Command.run(
            ["bash", "-c", call, file, program.folder.path, (Program.path as NSString).deletingLastPathComponent],
            environment: ["SLUICE_STORE": program.store])
        #expect(
            Set(String(decoding: output, as: UTF8.self).split(separator: "\n"))
                == ["config-template/plain-1_2", "config-template/größe"])
        #expect(!FileManager.default.fileExists(atPath: program.folder.path(of: "pwned")))
    }
}
