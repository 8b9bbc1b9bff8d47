/// Watches how often something goes wrong of late, and says when that begins to be too much and when it ends.
package struct DriftWatch: Sendable, Equatable {
    package enum Change: Sendable, Equatable { case raised, cleared }

    /// Outcomes that are looked at: the latest.
    package static let windowCount = 100
    /// Fewer say nothing.
    package static let countMin = 20

    /// A larger share of wrong outcomes is an alarm; from 0 to 1.
    package let shareMax: Double
    private var outcomes: [Bool] = []
    private var next = 0
    package private(set) var wrongCount = 0
    package private(set) var isRaised = false
    /// How often the alarm was raised.
    package private(set) var alarmCount = 0

    package init(shareMax: Double) {
        self.shareMax = shareMax
    }

    /// Outcomes in the window.
    package var count: Int { outcomes.count }

    /// Of those in the window; nil while there are too few.
    package var wrongShare: Double? {
        count >= Self.countMin ? Double(wrongCount) / Double(count) : nil
    }

    /// Takes an outcome. What changes by it; nil when nothing does.
    package mutating func add(isWrong: Bool) -> Change? {
        if outcomes.count < Self.windowCount {
            outcomes.append(isWrong)
        } else {
            if outcomes[next] { wrongCount -= 1 }
            outcomes[next] = isWrong
            next = (next + 1) % Self.windowCount
        }
        if isWrong { wrongCount += 1 }
        guard let share = wrongShare, (share > shareMax) != isRaised else { return nil }
        isRaised.toggle()
        if isRaised { alarmCount += 1 }
        return isRaised ? .raised : .cleared
    }
}
