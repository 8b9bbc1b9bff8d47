/// How far an endpoint's clock is ahead of ours, as far as it has refused a signature for that.
struct ClockLead: Sendable {
    private(set) var seconds: Int64 = 0

    /// Signatures hold for five minutes: clocks that differ by less than one are not what was refused.
    private static let toleranceSeconds = 60

    /// Our time by the endpoint's clock, in seconds since 1970.
    func applied(to wallClockSeconds: Int64) -> Int64 { wallClockSeconds &+ seconds }

    /// Learns from what a signed request came to. True when another signature, by the endpoint's clock, may be accepted.
    mutating func learn(from outcome: ProviderOutcome, of endpoint: JudgeEndpoint) -> Bool {
        guard case .aws = endpoint.credential, case .failure(let failure) = outcome.result,
            failure.kind == .authentication || failure.kind == .forbidden, let ahead = outcome.clockAheadSeconds
        else { return false }
        let (change, isOverflow) = ahead.subtractingReportingOverflow(seconds)
        guard !isOverflow, change.magnitude >= Self.toleranceSeconds else { return false }
        seconds = ahead
        return true
    }
}
