import Backends
import Testing

@Suite struct RetryPolicyTests {
    @Test func `pauses double up to the longest, and chance shortens them`() {
        let policy = RetryPolicy(attempts: 6, firstPause: .seconds(1), longestPause: .seconds(3))
        let pauses = (1...6).map { policy.pause(afterAttempt: $0, advice: .soon, random: 1) }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(3), .seconds(3), .seconds(3), nil])
        #expect(RetryPolicy(firstPause: .seconds(4)).pause(afterAttempt: 1, advice: .soon, random: 0.25) == .seconds(1))
    }

    @Test(arguments: [RetryAdvice.later(), .slower()])
    func `a server that answers is given more tries than what breaks on the way`(_ advice: RetryAdvice) {
        let policy = RetryPolicy()
        #expect(policy.pause(afterAttempt: 4, advice: .soon, random: 1) == nil)
        #expect(policy.pause(afterAttempt: 9, advice: advice, random: 1) == .seconds(20))
        #expect(policy.pause(afterAttempt: 10, advice: advice, random: 1) == nil)
        #expect(RetryPolicy.once.pause(afterAttempt: 1, advice: advice, random: 1) == nil)
    }

    @Test func `a pause that the server asks for is kept in full, and one that is too long not at all`() {
        let policy = RetryPolicy(firstPause: .seconds(1), longestAsked: .seconds(5))
        #expect(policy.pause(afterAttempt: 1, advice: .slower(after: .seconds(5)), random: 0) == .seconds(5))
        #expect(policy.pause(afterAttempt: 1, advice: .later(after: .seconds(5)), random: 1) == .seconds(6))
        #expect(policy.pause(afterAttempt: 1, advice: .slower(after: .seconds(6)), random: 0) == nil)
    }

    @Test func `all pauses of one request together are bounded`() {
        let policy = RetryPolicy(longestSum: .seconds(60))
        let asked = RetryAdvice.slower(after: .seconds(30))
        #expect(policy.pause(afterAttempt: 2, advice: asked, waited: .seconds(30), random: 0) == .seconds(30))
        #expect(policy.pause(afterAttempt: 2, advice: asked, waited: .seconds(31), random: 0) == nil)
    }
}
