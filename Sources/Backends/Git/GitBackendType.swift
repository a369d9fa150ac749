package import Model

extension BackendType {
    /// NetBox's `git`.
    package static let git = BackendType(
        name: "git", label: "Git",
        settings: [
            SettingDeclaration(
                "username",
                help: "The user name for http, https and ssh; not needed with an access token as the password."),
            SettingDeclaration(
                "password", help: "The password, or an access token, for http and https.", isSecret: true),
            SettingDeclaration(
                "branch",
                help: "The branch, tag, full ref (refs/...) or commit id to follow; the remote's HEAD if not set."),
        ] + SSHSettings.declared + ConnectionSettings.declared,
        faultInURL: { GitPlace.fault(in: $0) },
        warnings: { settings in
            guard settings.sourceURL.scheme == "git" else { return [] }
            return ["git:// is neither encrypted nor authenticated: whoever is on the way can change what arrives."]
        },
        make: { configuration in
            let parameters = configuration.parameters
            let ref = RefSelection(parameters["branch"])
            if let fault = ref.fault {
                throw BackendError(.settings, "cannot follow `branch`: \(fault)", advice: "set one that git could have")
            }
            let place = try GitPlace(
                configuration.url, username: parameters["username"], password: parameters["password"])
            var ssh: SSHSettings?
            if case .ssh = place { ssh = try SSHSettings(configuration) } else { try SSHSettings.refuse(configuration) }
            if case .daemon = place, let proxy = configuration["proxy"], proxy.lowercased() != "none" {
                throw BackendError(
                    .settings, "cannot use git:// with `proxy`", advice: "use the server's https URL")
            }
            return GitBackend(
                place, ref: ref, cacheFolder: configuration.cacheFolder, http: try HTTPSettings(configuration),
                ssh: ssh, limits: StreamLimits(configuration))
        })
}
