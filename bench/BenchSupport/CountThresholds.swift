import Foundation

/// What a piece of work took, counted and not timed.
package struct WorkCount: Codable, Sendable, Equatable {
    package let name: String
    /// Of a rollout.
    package let instructions: Int
    /// Calls of malloc and its like in a request, to the nearest whole number: what else a run allocates, while it starts or as time
    /// goes by, is far less than one for each of its requests.
    package let allocations: Int

    package init(name: String, instructions: Int, allocations: Int) {
        self.name = name
        self.instructions = instructions
        self.allocations = allocations
    }

    /// By the slope between a short run and a long one, which leaves out what belongs to no work.
    /// - Parameters:
    ///   - requests: By how many the long run has more.
    ///   - rollouts: Of each request.
    package init(name: String, short: CallgrindProfile, long: CallgrindProfile, requests: Int, rollouts: Int) {
        func slope(_ count: (CallgrindProfile) -> Int, _ units: Int) -> Int {
            Int((Double(count(long) - count(short)) / Double(units)).rounded())
        }
        self.init(
            name: name, instructions: slope(\.instructions, requests * rollouts),
            allocations: slope(\.allocations, requests))
    }
}

/// The counts that a change must keep: the file that `script/bench --gates` compares with.
package struct CountThresholds: Codable, Sendable, Equatable {
    /// How far instructions may lie from what is written down, in percent. Allocations may not at all.
    package var tolerancePercent: Double
    package var counts: [WorkCount]

    private enum CodingKeys: String, CodingKey {
        case tolerancePercent = "tolerance_percent"
        case counts
    }

    package init(tolerancePercent: Double, counts: [WorkCount]) {
        self.tolerancePercent = tolerancePercent
        self.counts = counts
    }

    package init(contentsOf path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        self = try JSONDecoder().decode(CountThresholds.self, from: data)
    }

    package func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
    }

    /// What keeps `measured` from passing, a sentence each; none when it passes. Less than is written down is a departure,
    /// too: a gain that nobody writes down is one that nobody misses when it goes.
    package func departures(of measured: [WorkCount]) -> [String] {
        var sentences: [String] = []
        for count in measured {
            guard let wanted = counts.first(where: { $0.name == count.name }) else {
                sentences.append("\(count.name): no threshold is written down")
                continue
            }
            if count.allocations != wanted.allocations {
                sentences.append(
                    "\(count.name): \(count.allocations) allocations, and \(wanted.allocations) are written down")
            }
            let change = 100 * Double(count.instructions - wanted.instructions)
            if abs(change) > tolerancePercent * Double(wanted.instructions) {
                let percent = String(format: "%.1f %%", abs(change) / Double(wanted.instructions))
                sentences.append(
                    "\(count.name): \(count.instructions) instructions are \(percent) "
                        + (change > 0 ? "more" : "less") + " than the \(wanted.instructions) that are written down")
            }
        }
        for wanted in counts where !measured.contains(where: { $0.name == wanted.name }) {
            sentences.append("\(wanted.name): written down, and no longer counted")
        }
        return sentences
    }
}
