/// Counters of the judge lane, by name: the one list of them is whoever counts.
package struct JudgeStatistics: Sendable, Equatable {
    package struct Counter: Sendable, Equatable {
        package var name: String
        package var value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// In the order of their appearance in `stats`.
    package var counters: [Counter]
    /// Counters of each judge's endpoints, by the judge's name.
    package var judges: [(name: String, counters: [Counter])]

    package init(counters: [Counter] = [], judges: [(name: String, counters: [Counter])] = []) {
        self.counters = counters
        self.judges = judges
    }

    package static func == (left: JudgeStatistics, right: JudgeStatistics) -> Bool {
        left.counters == right.counters && left.judges.elementsEqual(right.judges) { $0 == $1 }
    }
}
