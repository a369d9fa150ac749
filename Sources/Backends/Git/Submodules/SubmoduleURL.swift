internal import Foundation
internal import Model

/// Where a submodule is, by what `.gitmodules` says.
enum SubmoduleURL {
    /// Why it cannot be followed, as a clause.
    struct Fault: Error { let clause: String }

    /// The place that `url` means in the repository at `parent`; without any credential.
    static func place(_ url: String, in parent: GitPlace) throws(Fault) -> GitPlace {
        guard !url.isEmpty, !url.hasPrefix("-"), !url.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw Fault(clause: "its URL is none")
        }
        let isRelative = url.hasPrefix("./") || url.hasPrefix("../")
        let text = isRelative ? try resolve(url, against: parent) : url
        let place: GitPlace
        do throws(BackendError) {
            place = try GitPlace(SourceURL(text), username: nil, password: nil)
        } catch {
            throw Fault(clause: "its URL cannot be used: \(GitPlace.fault(in: SourceURL(text)) ?? "it is none")")
        }
        switch place {
        case .local(let path):
            guard case .local(let own) = parent, isBeside(path, own) else {
                throw Fault(
                    clause: isLocal(parent)
                        ? "it is a path outside the folder that this repository is in"
                        : "it is a path on this machine, and the repository is not")
            }
            return place
        // User name and password of a URL that a commit can change are not used.
        case .remote(let url, _): return .remote(url, nil)
        case .ssh, .daemon: return place
        }
    }

    /// - Source: git's submodule--helper.c and remote.c, `relative_url`: each `../` takes the last part off the
    ///   repository's own URL.
    private static func resolve(_ url: String, against parent: GitPlace) throws(Fault) -> String {
        let (head, path) = base(parent)
        var parts = path.split(separator: "/")
        var rest = url.split(separator: "/", omittingEmptySubsequences: false)[...]
        while let first = rest.first, first == "." || first == ".." {
            if first == ".." {
                guard parts.popLast() != nil else { throw Fault(clause: "its URL leads out of the server") }
            }
            rest.removeFirst()
        }
        let names = rest.filter { !$0.isEmpty }
        guard !names.isEmpty, !names.contains(".."), !url.utf8.contains(where: { "?#%".utf8.contains($0) }) else {
            throw Fault(clause: "its URL is none")
        }
        parts += names
        return head + "/" + parts.joined(separator: "/")
    }

    /// What relative URLs keep, and the path that they lead on from.
    private static func base(_ place: GitPlace) -> (head: String, path: String) {
        let text: String
        switch place {
        case .local(let path): return ("", URL(fileURLWithPath: path).standardizedFileURL.path)
        case .remote(let url, _):
            var url = url
            url.query = nil
            text = url.text
        case .ssh(let address): text = address.description
        case .daemon(let address): text = address.description
        }
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let slash = text[start...].firstIndex(of: "/") ?? text.endIndex
        return (String(text[..<slash]), String(text[slash...]))
    }

    private static func isLocal(_ place: GitPlace) -> Bool {
        if case .local = place { true } else { false }
    }

    /// Whether `path`, with links followed, is in the folder that the repository at `own` is in: a commit must not make
    /// other places of this machine readable.
    private static func isBeside(_ path: String, _ own: String) -> Bool {
        func real(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
        }
        let folder = URL(fileURLWithPath: real(own)).deletingLastPathComponent().path
        return folder != "/" && real(path).hasPrefix(folder + "/")
    }
}
