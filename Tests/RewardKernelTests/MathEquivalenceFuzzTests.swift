import RewardKernel
import RewardMemory
import Testing

// Goal: no text stops the reading of mathematics or makes it read outside its view, the same texts give the same score, and
// an answer always equals itself once both sides are read.
// Method: random bytes made valid UTF-8, every truncation and random mutations of real answers, and random sequences of the
// pieces that the reader looks for, each under every set of rules.

@Suite struct MathEquivalenceFuzzTests {
    private static let corpus = [
        #"\boxed{\left( 3, \frac{\pi}{2} \right)}"#, #"$\frac{\sqrt{\sqrt{11}+\sqrt{194}}}{15+2\sqrt{33}}$"#,
        #"$\begin{pmatrix}\frac{1}{3\sqrt[3]{x}^2}&0\\-\sin(x)&1\end{pmatrix}$"#, #"x \in \boxed{\{-1\} \cup [0,7)}."#,
        #"\boxed{a=4,\,-8,\,-10}"#, #"$x_{1}=10^{\frac{-5+\sqrt{13}}{6}},\quadx_{2}=3$"#, "Answer: 1 1/2 cm^2\n",
        #"$|x-3| \leq \log_2 8! \pm \binom{5}{2}$"#, "#### -1,234.50", #"$1 < x \leq \infty$"#,
        "The answer is 5 × 10³ %.",
    ]
    private static let pieces = [
        #"\frac"#, #"\sqrt"#, "{", "}", "(", ")", "[", "]", #"\{"#, #"\}"#, "1", "23", "x", "e", "i", ",", "^", "_",
        "!", "%",
        "+", "-", "*", "/", "=", "<", #"\le "#, #"\pm"#, #"\cup"#, #"\pi"#, #"\infty"#, #"\sin"#, #"\text{ a}"#, "word",
        " ",
        "|", #"\\"#, "&", #"\begin{matrix}"#, #"\end{matrix}"#, "½", "²", "√", "٣", "é", "\0", "$", #"\boxed{"#,
        "Answer:",
        "#### ", "\n", ".", #"\binom"#, #"\log"#, #"\in "#, "≤", "'",
    ]

    @Test func noTextStopsTheReadingOfMathematics() throws {
        var numbers = SeededNumbers()
        let builder = makeBuilder()
        let plans = try ([nil] + MathCompatibility.allCases).map { compatibility in
            var settings = MathEquivalenceSettings()
            settings.compatibility = compatibility
            return try MathEquivalencePlan(settings, builder)
        }
        var scratch = try KernelScratch(builder.requirements)
        var texts = (0..<2_000).map { $0 % 4 == 0 ? bytesText(&numbers) : piecesText(&numbers) }
        for text in Self.corpus {
            for count in 0..<text.count { texts.append(String(text.prefix(count))) }
            for _ in 0..<40 { texts.append(mutated(text, &numbers)) }
        }
        for (index, text) in texts.enumerated() {
            let other = texts[(index &* 31 &+ 7) % texts.count]
            for reference in [text, other] {
                let rollout = rollout(text, referenceAnswer: .text(bytes(reference)))
                for (rules, plan) in plans.enumerated() {
                    let outcome = plan.score(rollout, &scratch.math, &scratch.fold)
                    let again = plan.score(rollout, &scratch.math, &scratch.fold)
                    #expect(outcome.status == again.status && outcome.score == again.score, "\(text.debugDescription)")
                    #expect(outcome.status == .scored || outcome.status == .badReference)
                    #expect(outcome.score == 0 || outcome.score == 1)
                    #expect(Int(outcome.finding.spanStart) + Int(outcome.finding.spanCount) <= text.utf8.count)
                    // An answer that is not the last number of its text is found the same way in a reference. A box that
                    // the text ends before is a word in a reference, and none in a completion.
                    if rules == 0, reference == text, !text.hasSuffix("\\boxed"), outcome.status == .scored,
                        outcome.finding.code & 0x0F < 4
                    {
                        #expect(outcome.score == 1, "\(text.debugDescription)")
                    }
                    var room = RigidBytes(capacity: index % 97)
                    plan.explain(outcome, rollout: rollout, into: &room)
                }
            }
        }
    }

    private func bytesText(_ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0..<120, using: &numbers)
        return String(decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }, as: UTF8.self)
    }

    private func piecesText(_ numbers: inout SeededNumbers) -> String {
        let count = Int.random(in: 0..<24, using: &numbers)
        return (0..<count).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }.joined()
    }

    private func mutated(_ text: String, _ numbers: inout SeededNumbers) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
            let index = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
            case 1: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &numbers)], at: index)
            default: if bytes.count > 1 { bytes.remove(at: index) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
