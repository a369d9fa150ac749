package import Model

/// The directories of this machine that sources may read, with all that is below them.
///
/// What counts is where a directory really is: it is asked of the system for the directory that is open, so that neither
/// a link nor `..` leads out, and nobody can put another one in its place after the look.
struct AllowedRoots: Sendable {
    /// Nil for any.
    private let roots: [String]?

    init(_ roots: [String]?) { self.roots = roots }

    /// Whether there is anything to check.
    var isLimited: Bool { roots != nil }

    /// - Parameter path: what was asked for; for the message.
    /// - Throws: ``BackendError`` when `directory` is in none of the roots, or cannot be told to be in one.
    func check(_ directory: Descriptor, named path: String) throws(BackendError) {
        guard let roots else { return }
        guard let place = directory.realPath, roots.contains(where: { Self.holds($0, place) }) else {
            throw Self.refusal(path)
        }
    }

    /// What to say of a directory that cannot be opened: nothing of one that would be refused, not even whether it is
    /// there.
    func error(_ cause: BackendError, opening path: String) -> BackendError {
        guard let roots else { return cause }
        let isBelow = roots.contains { root in
            let names = Self.names(path[...].utf8)
            return !names.contains { $0.elementsEqual("..".utf8) }
                && names.starts(with: Self.names(root[...].utf8), by: ==)
        }
        return isBelow ? cause : Self.refusal(path)
    }

    static func refusal(_ path: String) -> BackendError {
        BackendError(
            .settings, "cannot read \"\(EscapedName(path))\": it is not in a directory that data sources may use",
            advice: "a superuser can allow more with `sluice setting set local_roots`, and list them with "
                + "`sluice setting list`")
    }

    /// Whether the directory at `root`, wherever its links lead, holds what is really at `place`.
    private static func holds(_ root: String, _ place: [UInt8]) -> Bool {
        // A root that is not there holds nothing.
        guard let real = (try? Descriptor(root: root))?.realPath else { return false }
        return names(place).starts(with: names(real), by: ==)
    }

    private static func names(_ path: some Collection<UInt8>) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).map { Array($0) }
    }
}

/// Whether a source could read the directory at `path` now, as far as it can be told before it is read.
///
/// - Parameter roots: the directories that may be read; nil for any.
/// - Returns: nil when it could, or when there is nothing at `path` now.
package func localRootRefusal(of path: String, roots: [String]?) -> BackendError? {
    let allowed = AllowedRoots(roots)
    guard allowed.isLimited else { return nil }
    do throws(SystemError) {
        let directory = try Descriptor(root: path)
        do throws(BackendError) {
            try allowed.check(directory, named: path)
            return nil
        } catch {
            return error
        }
    } catch {
        let nothing = BackendError(.notFound, "")
        let cause = allowed.error(nothing, opening: path)
        return cause == nothing ? nil : cause
    }
}
