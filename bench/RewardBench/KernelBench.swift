import BenchSupport
import Foundation
import RewardConfig
import RewardKernel
import RewardMemory

/// Components in process, a rollout at a time through the same plan that the server runs, against the C++ loop.
final class KernelBench {
    /// A reward of `BenchConfiguration` beside the floor's item that does the same work.
    private struct Item: Sendable {
        let name: String
        let reward: String
        let floorItem: String?
        let floorName: String
        var goal: Goal?
        /// What one rollout adds to the sum that must equal the floor's; nil when there is nothing to compare.
        var found: (@Sendable (ComponentOutcome) -> Int)?
    }

    private let settings: Settings
    private let storage = OwnedStorage()
    private let plans: RewardPlans
    private let rollouts: [Rollout]
    private var scratch: KernelScratch
    private var row = ScoreRow()

    init(_ stage: Stage, configuration: String) throws {
        settings = stage.settings
        do {
            plans = try RewardPlans(compiling: try Configuration.load(path: configuration).rewards)
            scratch = try KernelScratch(plans.requirements)
        } catch {
            throw BenchError("the configuration of the bench does not compile: \(error)")
        }
        let storage = storage
        let texts = stage.workload.texts
        rollouts = texts.indices.map { index in
            let text = texts[index]
            let completion = storage.makeText(text.bytes)
            // What the similarities compare with: another text of the workload.
            let other = storage.makeText(texts[(index + 1) % texts.count].bytes)
            return Rollout(
                completion: completion, completionIsASCII: completion.isASCII, prompt: nil,
                referenceAnswer: .number(text.reference), tokenCount: -1, isTruncated: false,
                fields: storage.makeTable([.text(other)]))
        }
    }

    private static let isOne: @Sendable (ComponentOutcome) -> Int = { $0.score == 1 ? 1 : 0 }

    private static let items = [
        Item(
            name: "json_format, 3 fields", reward: "format", floorItem: "json", floorName: "simdjson DOM, 3 fields",
            found: isOne),
        Item(
            name: "safety_filter, 1,000 literals", reward: "safety", floorItem: "patterns",
            floorName: "Vectorscan, 1,000 literals", found: { $0.score == 1 ? 0 : 1 }),
        Item(
            name: "length_penalty, characters", reward: "length", floorItem: "length", floorName: "C loop",
            found: { Int($0.finding.first) }),
        Item(name: "numeric_match", reward: "number", floorItem: "number", floorName: "last number", found: isOne),
        Item(name: "regex_match", reward: "regex", floorItem: "regex", floorName: "PCRE2-JIT", found: isOne),
        Item(
            name: "json, literals, length, number, one reward", reward: "checks", floorItem: "checks",
            floorName: "the four libraries", goal: .atMost(1.25)),
        Item(
            name: "these five, one reward", reward: "without_language", floorItem: "composite",
            floorName: "the five libraries", goal: .atMost(1.25)),
        Item(name: "language_consistency", reward: "language", floorItem: "language", floorName: "CLD2, stripped text"),
        Item(
            name: "all six, one reward", reward: "everything", floorItem: "composite_language",
            floorName: "the six libraries", goal: .atMost(1.15)),
        Item(
            name: "language_consistency, engine: fast", reward: "language_fast", floorItem: nil, floorName: "",
            goal: .valueAtMost(5_000)),
        Item(name: "math_equivalence", reward: "maths", floorItem: nil, floorName: ""),
        Item(name: "length_penalty, words", reward: "words", floorItem: nil, floorName: ""),
        Item(name: "string_check, ilike", reward: "string", floorItem: nil, floorName: ""),
        Item(name: "cosine_length, numeric_match", reward: "cosine", floorItem: nil, floorName: ""),
        Item(name: "repetition_penalty, words", reward: "repetition", floorItem: nil, floorName: ""),
        Item(name: "text_similarity, fuzzy_match", reward: "fuzzy", floorItem: nil, floorName: ""),
        Item(name: "text_similarity, bleu", reward: "bleu", floorItem: nil, floorName: ""),
        Item(name: "text_similarity, rouge_1", reward: "rouge", floorItem: nil, floorName: ""),
        Item(name: "safety_filter, all that is detected", reward: "details", floorItem: nil, floorName: ""),
        Item(name: "think_format", reward: "think", floorItem: nil, floorName: ""),
        Item(name: "tag_count", reward: "tags", floorItem: nil, floorName: ""),
        Item(name: "instruction_check, three", reward: "instructions", floorItem: nil, floorName: ""),
    ]

    /// Nanoseconds of each component for a rollout of 2 KB, round by round after the floor's.
    func figures(floor: LibraryFloor, _ progress: (String) -> Void) throws -> [Figure] {
        var ours = [Rounds](repeating: Rounds(), count: Self.items.count)
        var theirs = ours
        try compare(with: floor)
        // Round 0 warms up both sides.
        for round in 0...settings.rounds {
            progress("components, round \(round) of \(settings.rounds)")
            for (index, item) in Self.items.enumerated() {
                if let floorItem = item.floorItem {
                    let nanoseconds = try floor.measure(floorItem, passes: passes(item)).nanoseconds
                    if round > 0 { theirs[index].add(nanoseconds) }
                }
                let nanoseconds = try measure(item)
                if round > 0 { ours[index].add(nanoseconds) }
            }
        }
        return Self.items.enumerated().map { index, item in
            let section = "Kernel, one rollout of 2 KB, thread time"
            let plot = PlotPoint(.components, line: item.name)
            guard item.floorItem != nil else {
                return Figure(
                    section: section, name: item.name, unit: "ns", rounds: ours[index], goal: item.goal, plot: plot)
            }
            return Figure(
                section: section, name: item.name, unit: "ns", rounds: ours[index], floor: theirs[index],
                floorName: item.floorName, goal: item.goal, plot: plot)
        }
    }

    /// An error when a component finds other things in the texts than the floor does.
    func compare(with floor: LibraryFloor) throws {
        for item in Self.items {
            guard let floorItem = item.floorItem else { continue }
            try compare(item, try floor.measure(floorItem, passes: 1).found)
        }
    }

    /// The texts as the language identifier sees them.
    func strippedTexts() -> [[UInt8]] {
        rollouts.map { rollout in
            let prose = scratch.language.prose(
                of: rollout.completion, LanguageEngine.full.sample)
            return (0..<prose.count).map { prose[$0] }
        }
    }

    /// Language identification takes about eight times as long as the rest; a few passes are as steady.
    private func passes(_ item: Item) -> Int {
        ["language", "everything"].contains(item.reward) ? max(2, settings.passes / 8) : settings.passes
    }

    private func plan(_ item: Item) throws -> RewardPlan {
        guard let index = RewardPlan.index(of: storage.makeText(item.reward.utf8), in: plans.rewards) else {
            throw BenchError("no reward \(item.reward)")
        }
        return plans.rewards[index]
    }

    private func measure(_ item: Item) throws -> Double {
        let plan = try plan(item)
        let passes = passes(item)
        var refused = 0
        let started = Self.threadNanoseconds()
        for _ in 0..<passes {
            for rollout in rollouts {
                let outcome = plan.score(rollout, &scratch, isTimed: false, into: &row)
                // Spelt so because `!=` is generic, and its call would be measured.
                if !(outcome.status == .scored) { refused += 1 }
            }
        }
        let ended = Self.threadNanoseconds()
        guard refused == 0 else { throw BenchError("\(item.reward): \(refused) rollouts were not scored") }
        return (ended - started) / Double(passes * rollouts.count)
    }

    private func compare(_ item: Item, _ floorFound: Int) throws {
        guard let found = item.found else { return }
        let plan = try plan(item)
        var sum = 0
        for rollout in rollouts {
            _ = plan.score(rollout, &scratch, isTimed: false, into: &row)
            sum += found(row.outcomes[0])
        }
        guard sum == floorFound else {
            throw BenchError("\(item.name) found \(sum) in all texts and its floor \(floorFound): not the same work")
        }
    }

    private static func threadNanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
