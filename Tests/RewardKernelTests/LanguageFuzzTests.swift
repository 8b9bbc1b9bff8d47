import Foundation
import RewardKernel
import RewardMemory
import Testing

/// Goal: no text makes the component stop, allocate, or give a score outside [0, 1].
/// Method: random bytes repaired to valid UTF-8, random scalars of many scripts, markup in random order, and every
/// truncation of real sentences, each scored twice. The seed is printed; SEED=n repeats a run.
@Suite struct LanguageFuzzTests {
    private static let seed: UInt64 = {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0 ... .max)
        print("LanguageFuzzTests: SEED=\(seed)")
        return seed
    }()

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            // splitmix64
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// A rollout's view of `text`, with nothing readable promised behind it.
    private func check(_ texts: some Sequence<String>) throws {
        let builder = PlanBuilder(storage: OwnedStorage(), requirements: ScratchRequirements())
        let settings = LanguageConsistencySettings(expect: .prompt, minLetters: 0)
        let plan = try LanguageConsistencyPlan(settings, builder: builder)
        var scratch = try LanguageScratch(builder.requirements.language)
        var explanation = RigidBytes(capacity: Limits.rationaleByteCountMax)
        for text in texts {
            var copy = Array(text.utf8)
            try copy.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let view = ByteView(unsafe: UnsafePointer(base), count: buffer.count)
                let rollout = Rollout(
                    completion: view, completionIsASCII: view.isASCII, prompt: view, referenceAnswer: .absent,
                    tokenCount: -1, isTruncated: false, fields: OwnedStorage().makeTable([]))
                let first = plan.score(rollout, &scratch)
                let second = plan.score(rollout, &scratch)
                try #require(first.status == .scored || first.status == .abstained)
                try #require(first.score >= 0 && first.score <= 1)
                try #require(first.score.bitPattern == second.score.bitPattern && first.status == second.status)
                explanation.removeAll()
                plan.explain(first, into: &explanation)
                try #require(explanation.count > 0)
            }
        }
        #expect(scratch.heapAllocationCount == 0)
        #expect(scratch.arenaPeakByteCount < LanguageScratch.arenaByteCount)
    }

    @Test func repairedRandomBytesAreHarmless() throws {
        var generator = Generator(state: Self.seed)
        try check(
            (0..<400).lazy.map { _ in
                let count = Int.random(in: 0...4_000, using: &generator)
                return String(
                    decoding: (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }, as: UTF8.self)
            })
    }

    @Test func alternatingScriptsFitTheArena() throws {
        var generator = Generator(state: Self.seed &+ 1)
        let letters = Array("aбγあ漢한กאعअৰਕაἀሀកþðł ei.\n")
        try check(
            (0..<400).lazy.map { _ in
                let kinds = Int.random(in: 1...letters.count, using: &generator)
                let run = Int.random(in: 1...12, using: &generator)
                var text = ""
                while text.utf8.count < 2_100 {
                    let letter = letters[Int.random(in: 0..<kinds, using: &generator)]
                    text += String(repeating: letter, count: Int.random(in: 1...run, using: &generator))
                }
                return text
            })
    }

    @Test func randomScalarsAreHarmless() throws {
        var generator = Generator(state: Self.seed &+ 2)
        try check(
            (0..<300).lazy.map { _ in
                var text = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...900, using: &generator) {
                    if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x110000, using: &generator)) {
                        text.append(scalar)
                    }
                }
                return String(text)
            })
    }

    @Test func markupInAnyOrderIsHarmless() throws {
        var generator = Generator(state: Self.seed &+ 3)
        let pieces = [
            "```", "```json\n", "`", "$", "$$", "\\(", "\\)", "\\[", "\\]", "\\begin{", "}", "{", "\"", "\"key\": ",
            "\":", "<",
            ">", "<think>", "</", "&", ";", "\\u00e9", "\\ud83d", "\\ude00", "\\u", "\\n", "\\", "http://", "a.b", "@",
            "_", "\n",
            " ", "Wort", "wörter", "слово", "字", "Tom", "\u{0}", "\u{85}", "e\u{301}", "1", ".", "!", "。",
        ]
        try check(
            (0..<1_500).lazy.map { _ in
                (0..<Int.random(in: 0...200, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
                    .joined()
            })
    }

    @Test func everyTruncationIsHarmless() throws {
        let text =
            "Gr\\u00fc\\ud83d\\ude00 <b>ein</b> `x` $a$ 漢字かな. Он пришёл! ```json\n{\"a\": \"Текст здесь\"}\n``` 한국어 ภาษา"
        let scalars = Array(text.unicodeScalars)
        try check(
            (0...scalars.count).lazy.map { count in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[..<count])
                return String(view)
            })
    }
}
