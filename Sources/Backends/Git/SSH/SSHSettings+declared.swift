internal import Model

extension SSHSettings {
    static let declared = [
        SettingDeclaration(
            "ssh_key", help: "The private key for ssh, as the text of its file: ed25519, ECDSA or RSA.", isSecret: true),
        SettingDeclaration("ssh_key_passphrase", help: "The passphrase of `ssh_key`.", isSecret: true),
        SettingDeclaration(
            "ssh_agent",
            help: "The path of an SSH agent's socket; without it and `ssh_key`, that of SSH_AUTH_SOCK."),
        SettingDeclaration(
            "ssh_host_keys", kind: .list,
            help: "The server's public host keys, each as \"ssh-ed25519 AAAA...\"; `sluice source trust` sets them."),
        SettingDeclaration(
            "ssh_known_hosts", kind: .text,
            help: "Host keys as the text of a known_hosts file. Without it and `ssh_host_keys`, the user's own and "
                + "/etc/ssh/ssh_known_hosts are read."),
        SettingDeclaration(
            "ssh_proxy_jump", kind: .address, help: "The host to go through for ssh, as [USER@]HOST[:PORT]."),
    ]

    /// Refuses settings that only mean something over SSH, lest somebody believes that they protect another way.
    static func refuse(_ configuration: BackendConfiguration) throws(BackendError) {
        guard let setting = declared.first(where: { configuration[$0.name] != nil }) else { return }
        throw BackendError(
            .settings, "cannot use `\(setting.name)` for \"\(configuration.url.shown)\": it is only for ssh",
            advice: "take it away, or use an ssh URL")
    }
}
