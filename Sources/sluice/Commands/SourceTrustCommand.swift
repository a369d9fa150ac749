import ArgumentParser
import Model
import Permissions
import Stages

/// `sluice source trust`
struct SourceTrustCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Show the host keys that a source's SSH server presents, and pin them.",
        discussion: """
            Compare the fingerprints with those that the server's owner publishes. Once keys are pinned, a server that \
            shows another one is refused. A pinned key that the server no longer presents is replaced.
            """)

    @OptionGroup var options: StoreOptions
    @Argument(help: "The data source.", completion: .sources)
    var name: String
    @Option(help: "Pin the key with this fingerprint (SHA256:...), if it is presented; asks nothing.")
    var fingerprint: String?
    @Flag(help: "Pin every key that is presented; asks nothing.")
    var yes = false
    @OptionGroup var output: OutputOptions

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let source = try await workspace.source(named: name)
        try workspace.authorizer.require(.change, [Target(source)])
        guard let backend = try await workspace.setup.makeReady(source).backend as? any HostKeyHolding else {
            throw UsageError.wrong("data source \"\(name)\" has no host key: it is not reached over SSH")
        }
        if let fault = fingerprint.flatMap(HostKeyTrust.fault(inFingerprint:)) {
            throw UsageError.wrong(
                "cannot compare host keys with --fingerprint: \(fault)\n-> `ssh-keygen -lf` on the server's public host "
                    + "key shows it, and so does `sluice source trust \(ShellWord(name))`")
        }
        let presented = try await backend.presentedHostKeys()
        let host = presented.first?.host
        let pinned = backend.pinnedHostKeys(of: host)
        show(presented, pinned)
        guard let trust = HostKeyTrust(presented: presented, pinned: pinned, fingerprint: fingerprint) else {
            Terminal.say(
                "sluice: no key that the server of \"\(name)\" presents has the fingerprint \(fingerprint ?? "")\n"
                    + "-> somebody may stand between; nothing was changed")
            return .failed
        }
        if trust.changesNothing {
            Terminal.say("the host keys of data source \"\(name)\" are pinned already")
            return .done
        }
        if fingerprint == nil, !yes {
            guard let answer = Terminal.confirm(question(trust)) else {
                throw UsageError.wrong(
                    "nobody is here to compare the fingerprints\n-> give --fingerprint, or --yes to pin whatever is shown"
                )
            }
            guard answer else { return .failed }
        }
        try await workspace.change { _ in
            let source = try await workspace.source(named: name)
            guard let settings = trust.pinning(in: source.settings) else {
                throw UsageError.wrong(
                    "the parameter \(HostKeyTrust.setting) of \"\(name)\" is a reference\n-> add the key to what it "
                        + "refers to, or take the parameter away")
            }
            return [.changeSource(source.id, settings, note: trust.summary)]
        }
        for key in trust.replaced { Terminal.say("no longer trusted: \(key.type) \(key.fingerprint)") }
        let whose = host.map { "of the jump host \($0), " } ?? ""
        for key in trust.added { Terminal.say("pinned for \"\(name)\": \(whose)\(key.type) \(key.fingerprint)") }
        if host != nil {
            Terminal.say("run `sluice source trust \(ShellWord(name))` again for the server behind the jump host")
        }
        return .done
    }

    private func question(_ trust: HostKeyTrust) -> String {
        trust.replaced.isEmpty
            ? "Trust \(trust.added.count == 1 ? "this key" : "these \(trust.added.count) keys") of \"\(name)\"?"
            : "The server of \"\(name)\" does not present the key that was trusted before. Replace it?"
    }

    private func show(_ presented: [HostKey], _ pinned: [HostKey]) {
        let rows = presented.map { key in
            let isPinned = pinned.contains { $0.content == key.content }
            return Listing.Row(
                name: key.fingerprint,
                cells: [key.host ?? "-", key.type, key.fingerprint, isPinned ? "yes" : "no"],
                json: [
                    "host": key.host.map { .string($0) } ?? .null, "type": .string(key.type),
                    "fingerprint": .string(key.fingerprint), "pinned": .bool(isPinned),
                ],
                colour: [3: isPinned ? .green : .yellow])
        }
        Listing(headings: ["JUMP HOST", "TYPE", "FINGERPRINT", "PINNED"], rows: rows, emptiness: "no keys").print(
            output)
    }
}
