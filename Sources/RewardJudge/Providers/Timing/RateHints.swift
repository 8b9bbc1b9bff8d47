/// What a provider's headers say of how much more it takes, so that the limits before an endpoint need not learn it
/// from refusals.
package struct RateHints: Sendable, Equatable {
    /// Calls.
    package var requests = Window()
    /// Tokens of input and output together.
    package var tokens = Window()
    package var inputTokens = Window()
    package var outputTokens = Window()

    package init(requests: Window = Window(), tokens: Window = Window()) {
        self.requests = requests
        self.tokens = tokens
    }

    /// One limited quantity.
    package struct Window: Sendable, Equatable {
        package var limit: Int?
        package var remaining: Int?
        /// From now until there is all of it again, in nanoseconds; at most a day.
        package var resetNanoseconds: UInt64?

        package init(limit: Int? = nil, remaining: Int? = nil, resetNanoseconds: UInt64? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetNanoseconds = resetNanoseconds
        }
    }

    /// The longest wait that a header is believed, so that none can stop an endpoint for good.
    package static let resetNanosecondsMax: UInt64 = 86_400_000_000_000

    /// Reads the headers of OpenAI and those who follow it (`x-ratelimit-…`: resets as Go durations; on Azure as whole
    /// seconds, where negative numbers mean nothing) and of Anthropic (`anthropic-ratelimit-…`: resets as RFC 3339
    /// times).
    ///
    /// - Parameter wallClockSeconds: seconds since 1970, for resets that are times.
    package init(headers: HTTPFields, wallClockSeconds: Int64) {
        // No provider sends the headers of both kinds.
        let hasDurations = headers.hasName(beginningWith: Self.durationPrefix)
        let hasTimes = headers.hasName(beginningWith: Self.timePrefix)
        guard hasDurations || hasTimes else { return }
        for names in Self.names where names.resetsAreTimes ? hasTimes : hasDurations {
            let window = Window(
                limit: Self.count(headers[names.limit]), remaining: Self.count(headers[names.remaining]),
                resetNanoseconds: headers[names.reset].flatMap {
                    names.resetsAreTimes
                        ? Self.reset(time: $0, wallClockSeconds: wallClockSeconds) : Self.reset(duration: $0)
                })
            if window != Window() { self[keyPath: names.path] = window }
        }
    }

    /// The headers of one window.
    private struct Names: Sendable {
        let path: any WritableKeyPath<RateHints, Window> & Sendable
        let limit: String
        let remaining: String
        let reset: String
        let resetsAreTimes: Bool
    }

    private static let durationPrefix: StaticString = "x-ratelimit-"
    private static let timePrefix: StaticString = "anthropic-ratelimit-"

    private static let names: [Names] =
        [("requests", \RateHints.requests), ("tokens", \.tokens)].map { kind, path in
            Names(
                path: path, limit: "\(durationPrefix)limit-\(kind)", remaining: "\(durationPrefix)remaining-\(kind)",
                reset: "\(durationPrefix)reset-\(kind)", resetsAreTimes: false)
        }
        + [
            ("requests", \RateHints.requests), ("tokens", \.tokens), ("input-tokens", \.inputTokens),
            ("output-tokens", \.outputTokens),
        ].map { kind, path in
            let prefix = "\(timePrefix)\(kind)-"
            return Names(
                path: path, limit: prefix + "limit", remaining: prefix + "remaining", reset: prefix + "reset",
                resetsAreTimes: true)
        }

    private static func count(_ text: String?) -> Int? {
        guard let text, text.utf8.count <= 18, let count = Int(text), count >= 0 else { return nil }
        return count
    }

    private static func reset(duration text: String) -> UInt64? {
        guard let wait = HeaderTime.nanoseconds(decimal: text) ?? HeaderTime.nanoseconds(goDuration: text) else {
            return nil
        }
        return min(wait, resetNanosecondsMax)
    }

    private static func reset(time text: String, wallClockSeconds: Int64) -> UInt64? {
        guard let time = HeaderTime.secondsSince1970(rfc3339: text) else { return nil }
        let wait = time.subtractingReportingOverflow(wallClockSeconds)
        guard !wait.overflow, wait.partialValue > 0 else { return 0 }
        return min(UInt64(min(wait.partialValue, 86_400)) * 1_000_000_000, resetNanosecondsMax)
    }
}
