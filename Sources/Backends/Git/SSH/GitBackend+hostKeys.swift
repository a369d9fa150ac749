internal import Model

extension GitBackend: HostKeyHolding {
    func presentedHostKeys() async throws -> [HostKey] {
        let opener = try opener()
        return try await atPort {
            try await HostKeyLane().presented(opener)
        }
    }

    func pinnedHostKeys(of host: String?) -> [HostKey] {
        guard case .ssh(let address) = place else { return [] }
        let own = { (key: HostKey) in key.host.flatMap { $0 == address.knownHost ? nil : $0 } }
        return ssh?.hostKeys.filter { own($0) == host } ?? []
    }

    private func opener() throws(BackendError) -> SSHStreamOpener {
        guard case .ssh(let address) = place, let ssh else {
            throw BackendError(
                .settings, "cannot ask for a host key: only a git server that is reached over SSH has one",
                advice: "set an ssh URL")
        }
        return SSHStreamOpener(address: address, settings: ssh)
    }
}

/// Runs the blocking question off the cooperative pool.
private actor HostKeyLane {
    nonisolated private let lane = Lane("host keys")
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    func presented(_ opener: SSHStreamOpener) async throws(GitFailure) -> [HostKey] {
        try await WakeUp.onCancellation { bell throws(GitFailure) in
            try SSHHostKeys(opener: opener).presented(bell: bell)
        }
    }
}
