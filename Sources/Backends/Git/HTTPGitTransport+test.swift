internal import Model

extension HTTPGitTransport {
    func test(report: @Sendable (ConnectionStep) -> Void) async -> Bool {
        let doing = "ask the git server what it offers"
        let answer = await client.examine(
            advertisement, answer: .repository, doing: doing, report: report,
            head: { try Self.check($0, type: "advertisement", doing: doing) })
        guard let (response, time) = answer else { return false }
        guard response.isSuccess else {
            let error = refusal(response, doing: doing).error
            let name = ConnectionStep.Name(of: error.cause, otherwise: .repository)
            report(ConnectionStep(name, time, .failure(error)))
            return false
        }
        // A server asks for them only where they are needed: given ones that are wrong are not noticed elsewhere.
        let found = credential == nil ? "none needed" : "accepted, or none needed"
        report(ConnectionStep(.credentials, time, .success(found)))
        report(ConnectionStep(.repository, .zero, .success("it speaks git")))
        return true
    }
}
