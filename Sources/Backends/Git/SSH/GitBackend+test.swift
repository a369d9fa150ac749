internal import Model
private import Synchronization

extension GitBackend {
    /// The way over SSH: resolve, connect, then a jump host as `proxy`, host key, credentials, ref, listing.
    func testSSH(
        _ opener: SSHStreamOpener, _ selection: FileSelection, report: @Sendable (ConnectionStep) -> Void
    ) async {
        let walk = SSHWalk(opener)
        var opener = opener
        opener.observe = { log in walk.note(log) }
        let transport = StreamGitTransport(opener)
        do {
            let folder = try mirrorFolder()
            // One try: a test is to show what fails, not to wait until it no longer does.
            let remote = GitRemote(
                transport: transport, memo: folder.memo,
                patience: GitRemote.Patience(policy: RetryPolicy(attempts: 1)))
            let id: ObjectID
            do {
                _ = try await remote.canFetchObjects()
                walk.reportStages(report)
                id = try await remote.resolve(ref)
            } catch {
                walk.reportStages(report)
                report(walk.failed(error.error))
                await transport.close()
                return
            }
            report(walk.step(.ref, .success("commit \(id)")))
            let reader = GitReader(
                supply: GitSupply(remote: remote, folder: folder, clock: ContinuousClock(), ref: ref))
            do {
                try await atPort {
                    _ = try await reader.openMirror(id, selection)
                    let page = try await reader.nextPage()
                    report(walk.step(.listing, .success("\(page?.files.count ?? 0) files on the first page")))
                }
            } catch {
                let error = error as? BackendError ?? BackendError(.local, "cannot list the commit's files: \(error)")
                report(walk.step(.listing, .failure(error)))
            }
            await reader.close()
            await transport.close()
        } catch {
            report(walk.step(.settings, .failure(error)))
        }
    }
}

/// Where a test of the way over SSH stands.
private final class SSHWalk: Sendable {
    private struct State {
        var log = SSHLog()
        var last = ContinuousClock.now
        var isThrough = false
        var isReported = false
    }

    private let opener: SSHStreamOpener
    private let state = Mutex(State())

    init(_ opener: SSHStreamOpener) { self.opener = opener }

    func note(_ log: SSHLog) { state.withLock { $0.log = log } }

    /// A step that ends now.
    func step(_ name: ConnectionStep.Name, _ outcome: Result<String, BackendError>) -> ConnectionStep {
        step(name, outcome, at: .now)
    }

    private func step(
        _ name: ConnectionStep.Name, _ outcome: Result<String, BackendError>, at end: ContinuousClock.Instant
    ) -> ConnectionStep {
        state.withLock { state in
            defer { state.last = end }
            return ConnectionStep(name, end - state.last, outcome)
        }
    }

    /// Reports what the log says has been reached, each step with the time at which it was; once.
    func reportStages(_ report: (ConnectionStep) -> Void) {
        let stages = state.withLock { state in
            defer { state.isReported = true }
            return state.isReported ? [] : state.log.stages
        }
        guard !stages.isEmpty else { return }
        let hasJump = opener.settings.jump != nil
        var admissions = 0
        var shown = ""
        for (number, (stage, time)) in stages.enumerated() {
            let isAtJump = hasJump && admissions == 0
            switch stage {
            case .resolved(let address): report(step(.resolve, .success(address), at: time))
            case .connected: report(step(.connect, .success("somebody listens"), at: time))
            case .greeted: break
            case .presented(let type, let fingerprint): shown = "\(EscapedName(type)) \(EscapedName(fingerprint))"
            case .trusted:
                if !isAtJump { report(step(.hostKey, .success(shown), at: time)) }
            case .admitted:
                admissions += 1
                if isAtJump {
                    // Whether it lets us through shows when the server behind it speaks.
                    guard number + 1 < stages.count else { break }
                    let host = opener.settings.jump?.description ?? ""
                    report(step(.proxy, .success("through the jump host \(host), \(shown)"), at: time))
                } else {
                    report(step(.credentials, .success("logged in as \(user)"), at: time))
                }
            }
        }
        state.withLock { $0.isThrough = admissions > (hasJump ? 1 : 0) }
    }

    private var user: String { opener.address.user ?? "whoever runs this" }

    /// The step that `error` belongs to.
    func failed(_ error: BackendError) -> ConnectionStep {
        let (isThrough, stages) = state.withLock { ($0.isThrough, $0.log.stages.map(\.stage)) }
        if isThrough { return step(.ref, .failure(error)) }
        let isAtJump = opener.settings.jump != nil && !stages.contains(.admitted)
        let name: ConnectionStep.Name =
            switch error.cause {
            case .hostKey: isAtJump ? .proxy : .hostKey
            case .credentials: isAtJump ? .proxy : .credentials
            case .proxy: .proxy
            case .settings, .local: .settings
            default:
                if stages.isEmpty {
                    .resolve
                } else if !stages.contains(.connected) {
                    .connect
                } else {
                    isAtJump ? .proxy : stages.contains(.trusted) ? .credentials : .hostKey
                }
            }
        return step(name, .failure(error))
    }
}
