import Model
import Testing

@testable import Backends

/// A combining mark makes one character of itself and the byte before it, which OpenSSH and the shell still see.
@Suite struct CombiningMarkTests {
    @Test func `a quote with a combining mark does not end the word that the server's shell gets`() throws {
        let address = try SSHAddress(SourceURL("git@host:a'\u{301};touch x;'\u{301}b!\u{301}"))
        #expect(
            address.command.utf8.elementsEqual(
                "git-upload-pack 'a'\\''\u{301};touch x;'\\''\u{301}b'\\!'\u{301}'".utf8))
    }

    @Test(arguments: ["host:-\u{301}x", "ssh://\u{212A}ey/x"])
    func `an address is refused that is another one by bytes`(_ url: String) {
        #expect(throws: SSHAddress.Fault.self) { try SSHAddress(SourceURL(url)) }
    }

    @Test(arguments: ["host:/\u{301}x", "ssh://host/%cc%81x", "host:a%25b", "ssh://host/a%2525b", "host:%\u{301}41"])
    func `what is shown of an address leads there`(_ url: String) throws {
        let address = try SSHAddress(SourceURL(url))
        let again = try SSHAddress(SourceURL(address.description))
        #expect(again.description.utf8.elementsEqual(address.description.utf8))
        #expect(address.path.utf8.first != UInt8(ascii: "/") || again == address)
    }
}
