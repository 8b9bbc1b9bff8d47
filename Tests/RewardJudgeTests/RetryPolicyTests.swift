import RewardJudge
import Testing

@Suite struct RetryPolicyTests {
    @Test(arguments: zip([1, 2, 3, 4, 5, 6, 1_000_000], [0.5, 1, 2, 4, 8, 8, 8]))
    func waitIsARandomShareOfADoublingCeiling(attempt: Int, seconds: Double) {
        let failure = PoolFixture.failure(.serverError)
        #expect(RetryPolicy.delay(attempt: attempt, randomUnit: 0, failure: failure) == 0)
        #expect(
            RetryPolicy.delay(attempt: attempt, randomUnit: 0.5, failure: failure) == UInt64(seconds * 0.5e9))
        #expect(RetryPolicy.ceiling(attempt: attempt) == UInt64(seconds * 1e9))
    }

    @Test func endpointGetsTheWaitItAsksForUpToAMinute() {
        let asked = PoolFixture.failure(.rateLimited, retryAfter: 60)
        #expect(RetryPolicy.delay(attempt: 1, randomUnit: 0.1, failure: asked) == 60_000_000_000)
        let nothing = PoolFixture.failure(.rateLimited, retryAfter: 0)
        #expect(RetryPolicy.delay(attempt: 1, randomUnit: 0.5, failure: nothing) == 250_000_000)
        let tooLong = PoolFixture.failure(.rateLimited, retryAfter: 60.1)
        #expect(RetryPolicy.delay(attempt: 1, randomUnit: 0.1, failure: tooLong) == nil)
    }

    @Test func credentialsAndMalformedRepliesAreNeverRetriedWhateverTheEndpointSays() {
        for kind in [ProviderFailure.Kind.billing, .authentication, .forbidden, .malformedReply] {
            #expect(!RetryPolicy.mayRetry(ProviderFailure(kind, message: "", shouldRetry: true)))
        }
        #expect(RetryPolicy.mayRetry(ProviderFailure(.badRequest, message: "", shouldRetry: true)))
        #expect(!RetryPolicy.mayRetry(ProviderFailure(.serverError, message: "", shouldRetry: false)))
        #expect(RetryPolicy.mayRetry(PoolFixture.failure(.timeout)))
    }
}
