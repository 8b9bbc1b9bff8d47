import RewardMemory

/// What a review session shall be about.
package struct ReviewRequest: Sendable, Equatable {
    package var reward: String
    /// A judged component of it.
    package var component: String
    /// Rollouts to draw.
    package var count: Int
    /// The same frame and seed give the same rollouts in the same order.
    package var seed: UInt64
    /// The judge's score from which on a rollout passes, from 0 to 1.
    package var threshold: Double
    /// How far from it a score is near.
    package var band: Double
    /// The latest rollouts of the audit log that are looked at, of whatever reward.
    package var frameCountMax: Int

    package init(
        reward: String, component: String, count: Int = 50, seed: UInt64 = 1, threshold: Double = 0.5,
        band: Double = 0.15, frameCountMax: Int = 50_000
    ) {
        self.reward = reward
        self.component = component
        self.count = count
        self.seed = seed
        self.threshold = threshold
        self.band = band
        self.frameCountMax = frameCountMax
    }

    /// What is wrong with it; nil when nothing is.
    var fault: String? {
        if !(4...Limits.reviewItemCountMax).contains(count) {
            return "count: wanted 4 to \(Limits.reviewItemCountMax), found \(count)"
        }
        if !(1...Limits.reviewFrameRolloutCountMax).contains(frameCountMax) {
            return "latest: wanted 1 to \(Limits.reviewFrameRolloutCountMax), found \(frameCountMax)"
        }
        if !(threshold >= 0 && threshold <= 1) { return "threshold: wanted 0 to 1, found \(threshold)" }
        if !(band >= 0 && band <= 1) { return "band: wanted 0 to 1, found \(band)" }
        return nil
    }
}

/// Why something cannot be done with review sessions.
package enum ReviewError: Error, Sendable, Equatable {
    case store(StoreError)
    /// What is asked for is wrong, or cannot be had: what, and what to do.
    case refused(String)
    /// No such session, or no such item in it.
    case unknown(String)

    package var message: String {
        switch self {
        case .store(let error): error.message
        case .refused(let message), .unknown(let message): message
        }
    }
}
