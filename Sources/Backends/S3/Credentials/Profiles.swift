internal import Foundation
package import Model

/// The profiles of AWS's shared files, `~/.aws/credentials` and `~/.aws/config`.
///
/// - Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
package struct Profiles: Sendable {
    /// Sections of the credentials file.
    package let credentials: [String: [String: String]]
    /// Sections `default` and `profile NAME` of the config file, under their names.
    package let config: [String: [String: String]]
    /// `"NAME" of /home/me/.aws/config and ...`: for messages.
    private let place: ProfilePlace

    /// Reads both files. One that does not exist is empty.
    ///
    /// - Throws: ``BackendError`` for one that cannot be read.
    package static func read(_ place: ProfilePlace) throws(BackendError) -> Profiles {
        var config: [String: [String: String]] = [:]
        for (section, settings) in try sections(of: place.configPath, "AWS_CONFIG_FILE") {
            if section == "default" {
                config["default", default: [:]].merge(settings) { $1 }
            } else if section.hasPrefix("profile ") {
                config[String(section.dropFirst("profile ".count)), default: [:]].merge(settings) { $1 }
            }
        }
        let credentials = try sections(of: place.credentialsPath, "AWS_SHARED_CREDENTIALS_FILE")
        return Profiles(credentials: credentials, config: config, place: place)
    }

    /// The settings of a profile in both files, those of the credentials file first; nil when neither knows it.
    package func profile(_ name: String) -> [String: String]? {
        guard credentials[name] != nil || config[name] != nil else { return nil }
        return (config[name] ?? [:]).merging(credentials[name] ?? [:]) { $1 }
    }

    /// What a message calls a profile.
    package func shown(_ name: String) -> String { "profile \"\(EscapedName(name))\" of \(place.shown)" }

    private static func sections(
        of path: String?, _ variable: String
    ) throws(BackendError) -> [String: [String: String]] {
        guard let path, FileManager.default.fileExists(atPath: path) else { return [:] }
        let text: String
        do throws(SmallFile.Fault) {
            text = try SmallFile.read(path)
        } catch {
            throw BackendError(
                .credentials, "cannot read \(path): \(error.clause)",
                advice: "\(error.advice), or name another with \(variable)")
        }
        do throws(ProfileText.Fault) {
            return try ProfileText(text).sections
        } catch {
            throw BackendError(
                .credentials, "cannot read \(path): line \(error.line) is neither a section nor a setting",
                advice: "correct that line")
        }
    }
}

/// Where the shared files are, and which profile of theirs is meant.
package struct ProfilePlace: Sendable {
    package let credentialsPath: String?
    package let configPath: String?
    package let name: String
    /// Whether somebody named the profile, so that it has to exist.
    package let isNamed: Bool

    package init(_ environment: [String: String], name: String?) {
        let home = environment.setting("HOME")
        func path(_ variable: String, _ usual: String) -> String? {
            guard let path = environment.setting(variable) else { return home.map { $0 + usual } }
            return path.hasPrefix("~/") ? home.map { $0 + path.dropFirst() } ?? path : path
        }
        credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials")
        configPath = path("AWS_CONFIG_FILE", "/.aws/config")
        let named = name ?? environment.setting("AWS_PROFILE") ?? environment.setting("AWS_DEFAULT_PROFILE")
        self.name = named ?? "default"
        isNamed = named != nil
    }

    var shown: String {
        let paths = [configPath, credentialsPath].compactMap { $0 }
        return paths.isEmpty ? "no file (HOME is not set)" : paths.joined(separator: " and ")
    }
}
