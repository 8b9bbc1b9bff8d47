import RewardKernel

/// What became of a reward or a component in steps of equal length.
package struct Trend: Sendable, Equatable {
    /// A component's name; nil for the reward itself.
    package let component: String?
    /// In the order of time; steps in which nothing was scored are left out.
    package let steps: [Step]

    package struct Step: Sendable, Equatable {
        /// When it begins, in microseconds since 1970.
        package let start: Int64
        package let sums: Sums
    }

    /// Sums over some rollouts.
    package struct Sums: Sendable, Equatable {
        /// By status byte.
        package internal(set) var counts: [UInt8: Int] = [:]
        /// Of what was scored.
        package internal(set) var sum = 0.0
        package internal(set) var squares = 0.0
        /// Of everything, from the request's arrival until the reward was there.
        package internal(set) var microseconds: Int64 = 0

        package init() {}

        package var count: Int { counts.values.reduce(0, +) }
        package var scoredCount: Int { counts[Status.scored.code, default: 0] }

        package func count(where isWanted: (Status) -> Bool) -> Int {
            counts.reduce(0) { total, entry in
                Status(rawValue: entry.key).map(isWanted) == true ? total + entry.value : total
            }
        }

        /// Of what was scored; nil when nothing was.
        package var mean: Double? { scoredCount > 0 ? sum / Double(scoredCount) : nil }

        /// Population standard deviation of what was scored; nil when nothing was.
        package var standardDeviation: Double? {
            mean.map { mean in max(0, squares / Double(scoredCount) - mean * mean).squareRoot() }
        }

        /// Mean time until the reward was there, in milliseconds; nil without rollouts.
        package var meanMilliseconds: Double? { count > 0 ? Double(microseconds) / Double(count) / 1_000 : nil }

        mutating func add(_ status: UInt8, count: Int, sum: Double, squares: Double, microseconds: Int64) {
            counts[status, default: 0] += count
            self.microseconds += microseconds
            guard status == Status.scored.code else { return }
            self.sum += sum
            self.squares += squares
        }

        static func + (left: Sums, right: Sums) -> Sums {
            var sums = left
            sums.counts.merge(right.counts, uniquingKeysWith: +)
            sums.sum += right.sum
            sums.squares += right.squares
            sums.microseconds += right.microseconds
            return sums
        }
    }

    package var total: Sums { steps.reduce(Sums()) { $0 + $1.sums } }
}

/// A reward over some time: itself, and each of its components.
package struct RewardTrend: Sendable, Equatable {
    package let reward: String
    package let whole: Trend
    /// In configured order.
    package let components: [Trend]
}
