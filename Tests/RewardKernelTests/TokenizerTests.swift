import RewardKernel
import RewardMemory
import Testing

@Suite struct TokenizerTests {
    private func settings(_ tokens: [[UInt8]], pattern: String = #"\S+|\s"#) -> TokenizerSettings {
        var settings = TokenizerSettings(bytes: [], starts: [0], ranks: [], pattern: pattern)
        for (rank, token) in tokens.enumerated() {
            settings.bytes += token
            settings.starts.append(UInt32(settings.bytes.count))
            settings.ranks.append(UInt32(3 * rank))
        }
        return settings
    }

    /// The count that a completion's length comes to; nil with the status `limit_reached`.
    private func count(_ text: String, _ settings: TokenizerSettings) throws -> Int? {
        let builder = makeBuilder()
        let plan = try LengthMeasure(LengthSettings(.tokens, tokenizer: settings), builder)
        var scratch = try KernelScratch(builder.requirements)
        let measured = plan.length(of: rollout(text), &scratch)
        if measured.status == .limitReached { return nil }
        #expect(measured.status == .scored)
        return measured.length
    }

    /// The algorithm as it is told: look through all pairs, merge the one with the lowest rank, begin again.
    private func toldCount(_ piece: [UInt8], _ ranks: [[UInt8]: Int]) -> Int {
        if piece.isEmpty || ranks[piece] != nil { return min(1, piece.count) }
        var parts = piece.map { [$0] }
        while true {
            var best: (rank: Int, index: Int)?
            for index in 0..<parts.count - 1 {
                guard let rank = ranks[parts[index] + parts[index + 1]], rank < best?.rank ?? .max else { continue }
                best = (rank, index)
            }
            guard let best else { return parts.count }
            parts[best.index] += parts.remove(at: best.index + 1)
        }
    }

    @Test func piecesAreMergedByRank() throws {
        let letters = "abcdehlo".utf8.map { [$0] }
        let settings = settings(letters + ["he", "ll", "hell", "lo", "hello"].map { Array($0.utf8) })
        for (text, wanted) in [
            ("", 0), ("h", 1), ("hello", 1), ("helo", 2), ("hell", 1), ("helll", 2), ("hello hello", 3), ("zz", 2),
            ("ä", 2),
        ] {
            #expect(try count(text, settings) == wanted, "\(text)")
        }
    }

    /// Goal: the heap finds the same merges as the told algorithm. Method: vocabularies of random merges over a small
    /// alphabet, where ties and chains are frequent.
    @Test func everyTextHasTheCountOfTheToldAlgorithm() throws {
        var generator = SeededNumbers()
        let alphabet = Array("abcä".utf8)
        for _ in 0..<40 {
            var tokens = Set(alphabet).sorted().map { [$0] }
            var known = Set(tokens)
            for _ in 0..<60 {
                guard let left = tokens.randomElement(using: &generator),
                    let right = tokens.randomElement(using: &generator)
                else { continue }
                if left.count + right.count <= 24, known.insert(left + right).inserted { tokens.append(left + right) }
            }
            let settings = settings(tokens)
            let ranks = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
            for _ in 0..<20 {
                let words = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    (0..<Int.random(in: 1...60, using: &generator))
                        .map { _ in ["a", "b", "c", "ä"].randomElement(using: &generator) ?? "a" }.joined()
                }
                let wanted = words.reduce(words.count - 1) { $0 + toldCount(Array($1.utf8), ranks) }
                #expect(try count(words.joined(separator: " "), settings) == wanted)
            }
        }
    }

    @Test func longPiecesTakeNoLongerThanTheirLimit() throws {
        let settings = settings([Array("a".utf8), Array("aa".utf8), Array("aaaa".utf8)])
        #expect(try count(String(repeating: "a", count: Limits.tokenPieceByteCountMax), settings) == 1 << 14)
        #expect(try count(String(repeating: "a", count: Limits.tokenPieceByteCountMax + 1), settings) == nil)
    }

    @Test func patternThatMatchesNothingCountsNothing() throws {
        let tokens = [Array("a".utf8)]
        #expect(try count("aaa aa", settings(tokens, pattern: "x*")) == 0)
        #expect(try count("ä, aa", settings(tokens, pattern: "a*")) == 2)
        #expect(throws: PlanError.self) { try count("a", settings(tokens, pattern: "(")) }
    }
}
