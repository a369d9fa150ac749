package import Model

extension BackendType {
    /// NetBox's `git`.
    package static let git = BackendType(
        name: "git", label: "Git",
        settings: [
            SettingDeclaration(
                "username", help: "The user name for http and https; not needed with an access token as the password."),
            SettingDeclaration(
                "password", help: "The password, or an access token, for http and https.", isSecret: true),
            SettingDeclaration(
                "branch",
                help: "The branch, tag, full ref (refs/...) or commit id to follow; the remote's HEAD if not set."),
        ] + ConnectionSettings.declared,
        faultInURL: { GitPlace.fault(in: $0) },
        inspectCache: { folder, repairs in await MirrorCheck(folder).run(repairs: repairs) },
        make: { configuration in
            let parameters = configuration.parameters
            let ref = RefSelection(parameters["branch"])
            if let fault = ref.fault {
                throw BackendError(.settings, "cannot follow `branch`: \(fault)", advice: "set one that git could have")
            }
            let place = try GitPlace(
                configuration.url, username: parameters["username"], password: parameters["password"])
            return GitBackend(
                place, ref: ref, cacheFolder: configuration.cacheFolder, http: try HTTPSettings(configuration))
        })
}
