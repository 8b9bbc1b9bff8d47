import Foundation
import RewardKernel
import RewardMemory
import Testing

// Goal: `math_equivalence` gives what the recorded functions gave, case by case and row by row.
// Method: every recorded case is scored. The differences are listed in docs/components/math_equivalence.md, and that list
// is compared with what is found, so that neither can go stale.

@Suite(.enabled(if: PublishedData.isPresent)) struct MathConformanceTests {
    private static let functions = [
        "compare_strings", "accuracy_reward", "reasoning_accuracy_reward", "GSM8KVerifier", "math_utils.strip_string",
    ]

    @Test func recordedCasesComeOutAsUpstreamSaveForTheDocumentedOnes() throws {
        var caseCount = 0
        var differing: [String] = []
        for row in try PublishedData.lines("reward-fn/unit_cases.jsonl") {
            guard Self.functions.contains(try row.textOf("function")) else { continue }
            if try !comesOut(row) { differing.append(try row.textOf("id")) }
            caseCount += 1
        }
        #expect(differing == (try Self.documentedDifferences()))
        #expect(caseCount == 102)
    }

    /// The rows of the table of differences: they begin with a case's name.
    private static func documentedDifferences() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appendingPathComponent("docs/components/math_equivalence.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            line.hasPrefix("| rw-s") ? String(line.dropFirst(2).prefix(7)) : nil
        }
    }

    /// The column of the recorded function, and what of the completion is scored.
    @Test(arguments: [
        ("verl_gsm8k_strict_hash4", "verl_gsm8k_strict"), ("verl_gsm8k_flexible", "verl_gsm8k_flexible"),
        ("open_instruct_gsm8k", nil),
    ])
    func everySolutionOfGSM8KComesOutAsRecorded(column: String, compatibility: String?) throws {
        var settings = MathEquivalenceSettings()
        settings.compatibility = compatibility.flatMap(MathCompatibility.init(rawValue:))
        let builder = makeBuilder()
        let plan = try MathEquivalencePlan(settings, builder)
        var scratch = try KernelScratch(builder.requirements)
        var recorded: [String: Double] = [:]
        for row in try PublishedData.lines("reward-fn/differential_gsm8k.jsonl") {
            recorded[try row.textOf("id")] = try row.numberOf(column)
        }
        var rowCount = 0
        var differing: [String] = []
        for row in try PublishedData.lines("gsm8k/solutions.jsonl") {
            var completion = try row.textOf("completion")
            if compatibility == "verl_gsm8k_strict" { completion = completion.replacing("\nA: ", with: "\n#### ") }
            // verl compares texts, and its data set's references have no commas.
            let wanted = try row.textOf("reference")
            let reference = reference(compatibility == nil ? wanted : wanted.replacing(",", with: ""))
            let outcome = plan.score(rollout(completion, reference: reference), &scratch.math, &scratch.fold)
            let identifier = try row.textOf("id")
            if outcome.status != .scored || outcome.score != recorded[identifier] { differing.append(identifier) }
            rowCount += 1
        }
        #expect(differing == [])
        #expect(rowCount == 1800)
    }

    private func comesOut(_ row: JSONValue) throws -> Bool {
        var settings = MathEquivalenceSettings()
        if let precision = row["params"]?["precision"] { settings.decimalPlaces = Int(try precision.number) }
        if try row.textOf("function") == "reasoning_accuracy_reward" { settings.after = "</think>" }
        let builder = makeBuilder()
        let plan = try MathEquivalencePlan(settings, builder)
        var scratch = try KernelScratch(builder.requirements)
        // `strip_string` has no verdict: what it makes of a text has to be the same mathematics.
        let completion = try row.textOf(row["completion"] == nil ? "input" : "completion")
        let wanted = try row.textOf(row["reference"] == nil ? "expected" : "reference")
        let outcome = plan.score(rollout(completion, reference: reference(wanted)), &scratch.math, &scratch.fold)
        guard row["reference"] != nil else { return outcome.score == 1 }
        guard let expected = try? row.numberOf("expected") else { return outcome.status == .badReference }
        return outcome.status == .scored && outcome.score == expected
    }
}
