/// Tokens and money of a day. What is under way is set aside at the most that it can cost, so that attempts side by side do not
/// spend the same remainder. A day goes over its budget by one call's estimate at most, beside what endpoints count above the
/// estimates.
///
/// A day is 24 hours, and begins with the first attempt after the last day ended: the pool knows no calendar.
package struct DailyBudget: Sendable {
    package static let dayNanoseconds: UInt64 = 86_400_000_000_000

    package struct Amount: Sendable, Equatable {
        package var tokenCount = 0
        package var costNanos = 0

        package init(tokenCount: Int = 0, costNanos: Int = 0) {
            self.tokenCount = tokenCount
            self.costNanos = costNanos
        }
    }

    private let tokenCountMax: Int?
    private let costNanosMax: Int?
    package private(set) var spent = Amount()
    package private(set) var reserved = Amount()
    private var dayEnd: UInt64 = 0

    package init(tokenCountMax: Int?, costNanosMax: Int?) {
        self.tokenCountMax = tokenCountMax
        self.costNanosMax = costNanosMax
    }

    package enum Room: Sendable {
        case some
        /// What is under way may leave some.
        case reserved
        case none
    }

    package func room(now: UInt64) -> Room {
        let spent = now < dayEnd ? spent : Amount()
        if isWithin(spent.tokenCount + reserved.tokenCount, spent.costNanos + reserved.costNanos) { return .some }
        return isWithin(spent.tokenCount, spent.costNanos) ? .reserved : .none
    }

    private func isWithin(_ tokenCount: Int, _ costNanos: Int) -> Bool {
        (tokenCountMax.map { tokenCount < $0 } ?? true) && (costNanosMax.map { costNanos < $0 } ?? true)
    }

    package mutating func reserve(_ amount: Amount, now: UInt64) {
        if now >= dayEnd {
            spent = Amount()
            dayEnd = now + Self.dayNanoseconds
        }
        reserved.tokenCount += amount.tokenCount
        reserved.costNanos += amount.costNanos
    }

    package mutating func settle(reserved amount: Amount, spent actual: Amount) {
        reserved.tokenCount -= amount.tokenCount
        reserved.costNanos -= amount.costNanos
        precondition(reserved.tokenCount >= 0 && reserved.costNanos >= 0, "what is settled was reserved")
        spent.tokenCount += actual.tokenCount
        spent.costNanos += actual.costNanos
    }
}
