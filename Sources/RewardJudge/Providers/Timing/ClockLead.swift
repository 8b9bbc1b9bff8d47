/// How far an endpoint's clock is ahead of ours, as far as it has refused a signature for that.
struct ClockLead: Sendable {
    var seconds: Int64 = 0

    /// Signatures hold for five minutes: clocks that differ by less than one are not what was refused.
    private static let toleranceSeconds = 60

    /// Our time by the endpoint's clock, in seconds since 1970.
    func applied(to wallClockSeconds: Int64) -> Int64 { wallClockSeconds &+ seconds }

    /// The lead by which a request may be accepted that was signed by this one and came to that; nil where the time was not what was
    /// refused.
    func corrected(by outcome: ProviderOutcome, of endpoint: JudgeEndpoint) -> ClockLead? {
        guard case .aws = endpoint.credential, case .failure(let failure) = outcome.result,
            failure.kind == .authentication || failure.kind == .forbidden, let ahead = outcome.clockAheadSeconds
        else { return nil }
        let (change, isOverflow) = ahead.subtractingReportingOverflow(seconds)
        return !isOverflow && change.magnitude >= Self.toleranceSeconds ? ClockLead(seconds: ahead) : nil
    }
}
