import RewardJudge
import Testing

@Suite struct ProviderFailureTests {
    @Test(arguments: [
        (ProviderFailure.Kind.rateLimited, true), (.overloaded, true), (.timeout, true), (.transport, true),
        (.billing, false), (.authentication, false), (.badRequest, false), (.contextTooLong, false),
    ])
    func kindTellsWhetherAnotherAttemptMayDoBetter(kind: ProviderFailure.Kind, mayPass: Bool) {
        #expect(ProviderFailure(kind, message: "").mayPass == mayPass)
    }

    @Test func providersOwnWordOverrulesTheKind() {
        #expect(!ProviderFailure(.serverError, message: "", shouldRetry: false).mayPass)
        #expect(ProviderFailure(.badRequest, message: "", shouldRetry: true).mayPass)
    }
}
