package import Model

/// Of all git sources in this process.
private let clients = HTTPClients()

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
            SettingDeclaration(
                "tag_range",
                help:
                    "Follow the newest tag in a range of semantic versions, in place of a branch: v1.2.x, leaf-v1.2.x, "
                    + "^1.4, ~1.2.3, >=1.2 <2, 1.x || 3.x, *; a pre-release only if the range names one of that version."
            ),
            SettingDeclaration(
                "tag_prefix",
                help: "What the tags' names begin with, where it holds digits; else it may stand in `tag_range`."),
            SettingDeclaration("sub_path", help: "The folder of the repository that is the source's root."),
        ] + GitPolicy.declared + SSHSettings.declared + ConnectionSettings.declared,
        faultInURL: { GitPlace.fault(in: $0) },
        warnings: ConnectionSettings.warnings,
        localPath: { GitPlace.localPath(of: $0) },
        faultInSettings: { _, parameters, references in
            let configuration = BackendConfiguration(url: SourceURL(""), parameters: parameters, cacheFolder: "")
            do throws(BackendError) {
                try RefSelection.check(parameters, references: references)
                _ = try RelativePath(subPathOf: configuration)
                _ = try GitPolicy(configuration)
                try SSHSettings.check(parameters)
                try ConnectionSettings.check(parameters, references: references)
                return nil
            } catch {
                return error.clause
            }
        },
        inspectCache: { folder, repairs in await MirrorCheck(folder).run(repairs: repairs) },
        sweepCache: { folder, isDue, present in await MirrorSweep(folder).run(isDue: isDue, present: present) },
        make: { configuration in
            let parameters = configuration.parameters
            let ref = try RefSelection(configuration)
            let place = try GitPlace(
                configuration.url, username: parameters["username"], password: parameters["password"])
            var ssh: SSHSettings?
            if case .ssh = place { ssh = try SSHSettings(configuration) } else { try SSHSettings.refuse(configuration) }
            if case .daemon = place, let proxy = configuration["proxy"], proxy.lowercased() != "none" {
                throw BackendError(
                    .settings, "cannot use git:// with `proxy`", advice: "use the server's https URL")
            }
            return GitBackend(
                place, ref: ref, subPath: try RelativePath(subPathOf: configuration),
                access: GitAccess(
                    cacheFolder: configuration.cacheFolder, roots: AllowedRoots(configuration.localRoots),
                    http: try HTTPSettings(configuration), ssh: ssh, limits: StreamLimits(configuration),
                    clients: clients, patience: Patience(limit: configuration.duration("total_timeout")),
                    source: configuration.source),
                policy: try GitPolicy(configuration))
        })
}

extension RelativePath {
    /// The setting `sub_path`, with or without a `/` at its end; nil when it is not given.
    ///
    /// - Throws: ``BackendError``, `.settings`.
    fileprivate init?(subPathOf configuration: BackendConfiguration) throws(BackendError) {
        guard let text = configuration["sub_path"] else { return nil }
        do throws(PathFault) {
            try self.init(text.hasSuffix("/") && text != "/" ? String(text.dropLast()) : text)
        } catch {
            throw BackendError(
                .settings, "cannot take \"\(EscapedName(text))\" as `sub_path`: \(error.rawValue)",
                advice: "write a folder's path from the repository's root, such as network/templates")
        }
    }
}
