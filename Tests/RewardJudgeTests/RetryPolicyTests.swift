import RewardJudge
import Testing

@Suite struct RetryPolicyTests {
    private let passing = ProviderFailure(.serverError, message: "")

    @Test func waitDoublesBelowACeilingAndIsSpreadOverAllOfIt() {
        var policy = RetryPolicy()
        policy.attemptCountMax = 100
        let ceilings: [UInt64] = [500, 1_000, 2_000, 4_000, 8_000, 8_000].map { $0 * 1_000_000 }
        for (index, ceiling) in ceilings.enumerated() {
            #expect(policy.delay(attempt: index + 1, failure: passing, randomUnit: 1) == ceiling)
            #expect(policy.delay(attempt: index + 1, failure: passing, randomUnit: 0.5) == ceiling / 2)
            #expect(policy.delay(attempt: index + 1, failure: passing, randomUnit: 0) == 0)
        }
        #expect(policy.ceiling(ofAttempt: Int.max) == 8_000_000_000)
        #expect(policy.ceiling(ofAttempt: Int.min) == 500_000_000)
        for unit in [Double.nan, -1, -Double.infinity] {
            #expect(policy.delay(attempt: 1, failure: passing, randomUnit: unit) == 0)
        }
        #expect(policy.delay(attempt: 1, failure: passing, randomUnit: .infinity) == 500_000_000)
    }

    @Test func attemptsEnd() {
        let policy = RetryPolicy()
        #expect(policy.delay(attempt: 2, failure: passing, randomUnit: 0.3) != nil)
        #expect(policy.delay(attempt: 3, failure: passing, randomUnit: 0.3) == nil)
        let model = ProviderFailure(.modelError, message: "")
        #expect(policy.delay(attempt: 1, failure: model, randomUnit: 0.3) != nil)
        #expect(policy.delay(attempt: 2, failure: model, randomUnit: 0.3) == nil)
    }

    @Test(arguments: [ProviderFailure.Kind.billing, .authentication, .badRequest, .contentFilter, .malformedReply])
    func whatDoesNotPassIsNotTriedAgain(kind: ProviderFailure.Kind) {
        #expect(RetryPolicy().delay(attempt: 1, failure: ProviderFailure(kind, message: ""), randomUnit: 0.3) == nil)
    }

    @Test func hintIsKeptToOrTheCallGivenUp() {
        func delay(_ hint: UInt64) -> UInt64? {
            let failure = ProviderFailure(.rateLimited, message: "", retryAfterNanoseconds: hint)
            return RetryPolicy().delay(attempt: 1, failure: failure, randomUnit: 0.5)
        }
        #expect(delay(7_000_000_000) == 7_000_000_000)
        #expect(delay(60_000_000_000) == 60_000_000_000)
        #expect(delay(60_000_000_001) == nil)
        #expect(delay(UInt64.max) == nil)
        #expect(delay(0) == 250_000_000)
    }
}
