import ArgumentParser
import Testing

@testable import sluice

@Suite struct CommandNameTests {
    /// Making a name from a type's costs the start of every command a millisecond or two.
    @Test func `every command says its own name`() {
        var commands: [any ParsableCommand.Type] = [Sluice.self]
        while let command = commands.popLast() {
            #expect(command.configuration.commandName != nil, "\(command)")
            commands += command.configuration.subcommands
        }
    }
}
