internal import Glibc

/// The strengths of a group's completions, from comparisons of some of its pairs.
///
/// Bradley and Terry's model, `P(i beats j) = s_i / (s_i + s_j)`, fitted by Hunter's MM algorithm (2004, equation 3):
/// `s_i = W_i / sum_j(n_ij / (s_i + s_j))`, ties as half a win each. A prior of half a win and half a loss against a
/// phantom of strength 1 keeps a completion that won, or lost, everything at a finite strength.
package struct BradleyTerry: Sendable, Hashable {
    /// Natural logarithms of the strengths, their mean 0; empty when the comparisons do not connect the group.
    package let logStrengths: [Double]
    /// Points won over points played for, weighted; nil for a completion without comparisons.
    package let winRates: [Double?]
    /// Whether comparisons lead from every completion to every other. If not, strengths of different parts cannot be
    /// compared, and the rewards are the win rates.
    package let isConnected: Bool
    package let iterationCount: Int

    package static let iterationCountMax = 60
    /// The largest change of a strength, relative to it, at which the fit has settled.
    package static let changeMin = 1e-9

    /// How strengths become rewards.
    package enum Normalization: String, Sendable, CaseIterable {
        /// `1 / (1 + exp(-logStrength))`: keeps distances.
        case sigmoid
        /// Ranks from 0 (weakest) to 1, equals sharing theirs.
        case rank
    }

    /// `prior`: virtual wins, and as many losses, of each completion; 0 for the plain model, which needs every
    /// completion to have won and lost. Outcomes of pairs outside the group do not count.
    package init(count: Int, outcomes: [PairOutcome], prior: Double = 0.5) {
        let count = (1...JudgementLimits.groupSizeMax).contains(count) ? count : 0
        let outcomes = outcomes.filter { outcome in
            (0..<count).contains(outcome.pair.first) && (0..<count).contains(outcome.pair.second)
                && outcome.pair.first != outcome.pair.second && outcome.weight > 0 && outcome.weight.isFinite
                && (0...1).contains(outcome.points)
        }
        var won = [Double](repeating: 0, count: count)
        var played = [Double](repeating: 0, count: count)
        for outcome in outcomes {
            won[outcome.pair.first] += outcome.points * outcome.weight
            won[outcome.pair.second] += (1 - outcome.points) * outcome.weight
            played[outcome.pair.first] += outcome.weight
            played[outcome.pair.second] += outcome.weight
        }
        winRates = (0..<count).map { played[$0] > 0 ? won[$0] / played[$0] : nil }
        isConnected = BradleyTerry.isConnected(count, outcomes)
        guard isConnected else {
            logStrengths = []
            iterationCount = 0
            return
        }
        let fit = BradleyTerry.fit(won: won, outcomes: outcomes, prior: max(prior, 0))
        let logs = fit.strengths.map { log($0) }
        let mean = logs.reduce(0, +) / Double(count)
        logStrengths = logs.map { $0 - mean }
        iterationCount = fit.iterationCount
    }

    /// A reward from 0 to 1 for each completion; nil where there is nothing to go by.
    package func rewards(_ normalization: Normalization) -> [Double?] {
        guard isConnected else { return winRates }
        switch normalization {
        case .sigmoid: return logStrengths.map { 1 / (1 + exp(-$0)) }
        case .rank: return BradleyTerry.ranks(logStrengths)
        }
    }

    private static func fit(
        won: [Double], outcomes: [PairOutcome], prior: Double
    ) -> (strengths: [Double], iterationCount: Int) {
        var strengths = [Double](repeating: 1, count: won.count)
        for iteration in 1...iterationCountMax {
            // Twice the prior's games are played against the phantom.
            var shares = strengths.map { 2 * prior / ($0 + 1) }
            for outcome in outcomes {
                let share = outcome.weight / (strengths[outcome.pair.first] + strengths[outcome.pair.second])
                shares[outcome.pair.first] += share
                shares[outcome.pair.second] += share
            }
            var change = 0.0
            for index in strengths.indices where shares[index] > 0 {
                // Without a prior, a completion that won nothing would sink to 0, which has no logarithm.
                let strength = max((won[index] + prior) / shares[index], 1e-12)
                change = max(change, abs(strength - strengths[index]) / strengths[index])
                strengths[index] = strength
            }
            if prior > 0 { rescale(&strengths) }
            if change < changeMin { return (strengths, iteration) }
        }
        return (strengths, iterationCountMax)
    }

    /// Moves all strengths by the factor that the prior likes best: comparisons tell nothing of it, and left to the
    /// steps above it alone would take hundreds. At its best `sum(s / (s + 1))` is half the count; Newton's steps.
    private static func rescale(_ strengths: inout [Double]) {
        for _ in 0..<8 {
            var excess = -Double(strengths.count) / 2
            var slope = 0.0
            for strength in strengths {
                let share = strength / (strength + 1)
                excess += share
                slope += share * (1 - share)
            }
            guard slope > 1e-12 else { return }
            let step = min(max(-excess / slope, -1), 1)
            let factor = exp(step)
            for index in strengths.indices { strengths[index] *= factor }
            if abs(step) < 1e-12 { return }
        }
    }

    private static func isConnected(_ count: Int, _ outcomes: [PairOutcome]) -> Bool {
        guard count > 0 else { return false }
        var roots = Array(0..<count)
        func root(_ index: Int) -> Int {
            var index = index
            while roots[index] != index {
                roots[index] = roots[roots[index]]
                index = roots[index]
            }
            return index
        }
        var partCount = count
        for outcome in outcomes {
            let first = root(outcome.pair.first)
            let second = root(outcome.pair.second)
            guard first != second else { continue }
            roots[first] = second
            partCount -= 1
        }
        return partCount == 1
    }

    /// Equal within the fit's own accuracy counts as equal.
    private static func ranks(_ values: [Double]) -> [Double] {
        guard values.count > 1 else { return values.map { _ in 0.5 } }
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] - values[order[end - 1]] < 1e-6 { end += 1 }
            let rank = Double(start + end - 1) / 2 / Double(values.count - 1)
            for place in start..<end { ranks[order[place]] = rank }
            start = end
        }
        return ranks
    }
}
