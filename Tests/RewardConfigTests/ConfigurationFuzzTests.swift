import RewardConfig
import RewardMemory
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Goal: no text, however broken, ends the process or passes without a reason.
/// Method: every prefix of a configuration, and every byte of it replaced by bytes that mean something
/// to YAML or nothing to anybody; a check either succeeds or gives at least one error that names the file.
@Suite struct ConfigurationFuzzTests {
    private static let valid = """
        version: 1
        server: {workers: 1, limits: {rollouts: 9}}
        rewards:
          r:
            range: &range [0, 1]
            neutral: {fixed: 0.5}
            components:
              a: {type: length_penalty, weight: 0.2, target: [1, 2], gate: {below: 1, reward: 0}}
              "b": {type: length_penalty, clamp: *range, target: 3}
              c: {type: json_format, required: {a: string}, schema: {type: [object, "null"], minProperties: 1}}
              d: {type: regex_match, pattern: '(a|b)+$', negate: true}
              m: {type: math_equivalence, reference: '(1, 2]', after: '</think>', compat: verl_math_dapo}
              e: {type: numeric_match, reference: 4.5, marker: "A:"}
              f: {type: string_check, operation: ne, reference: {field: x}}
        """

    private static let judged = """
        rewards:
          r:
            components:
              g: {type: judge, judges: [j, k], quorum: 1, rubric: q, light: {judge: j, share: 0.1}}
              h: {type: preference, judge: k, criteria: x, design: group}
        judges:
          j: {api: openai, url: "http://h:1/v1", model: m, api_key_env: K, limits: {cost_per_day: 1}, prices: {input: 1}}
          k: {api: bedrock, region: us-east-1, model: m, bearer_env: K}
        rubrics:
          q: {criteria: [{name: a, text: x, weight: -1}], template: "{{prompt}}{{completion}}{{x}}", soft: true}
        judging: {deadline: 9, hedging: {share: 0.1}, cache: {days: 1}}
        """

    private static let secret = "sk-never-shown"

    private func check(_ bytes: [UInt8]) {
        do {
            let configuration = try Configuration.read(
                bytes, file: "f", baseDirectory: "/nonexistent", environment: { $0 == "K" ? Self.secret : nil })
            #expect(!configuration.rewards.isEmpty)
        } catch {
            #expect(!error.errors.isEmpty)
            #expect(error.errors.allSatisfy { $0.file == "f" && !$0.message.isEmpty })
            #expect(!error.description.contains(Self.secret))
        }
    }

    @Test func seedsAreValid() throws {
        for text in [Self.valid, Self.judged] { _ = try read(text, environment: { _ in Self.secret }) }
    }

    @Test(arguments: [Self.valid, Self.judged])
    func everyPrefixIsCheckedWithoutACrash(text: String) {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count { check(Array(bytes[..<length])) }
    }

    @Test(arguments: [Self.valid, Self.judged])
    func everySingleByteMutationIsCheckedWithoutACrash(text: String) {
        let replacements = Array("\u{0}\t\n \"#&'*,-9:?[]{}!e".utf8) + [0x80, 0xC3, 0xFF]
        let bytes = Array(text.utf8)
        for index in bytes.indices {
            for replacement in replacements where replacement != bytes[index] {
                var mutated = bytes
                mutated[index] = replacement
                check(mutated)
            }
        }
    }

    @Test(arguments: [Self.valid, Self.judged])
    func randomSplicesAreCheckedWithoutACrash(text: String) {
        let seed = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64.max)
        print("ConfigurationFuzzTests SEED=\(seed)")
        var generator = SplitMix64(state: seed)
        let bytes = Array(text.utf8)
        for _ in 0..<1_000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let low = Int.random(in: 0..<mutated.count, using: &generator)
                let high = min(mutated.count, low + Int.random(in: 0...24, using: &generator))
                let at = Int.random(in: 0...mutated.count, using: &generator)
                mutated.insert(contentsOf: mutated[low..<high], at: at)
            }
            check(mutated)
        }
    }
}

/// Steele, Lea and Flood's generator: seeded, so that a failure can be had again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
