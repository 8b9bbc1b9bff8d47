import CCLD2
import RewardKernel
import RewardMemory
import Testing

/// `language_consistency` takes nothing from the heap once its scratch stands.
@Suite(.enabled(if: AllocationMeter.isCounting)) struct LanguageAllocationTests {
    /// Sentences of several languages and scripts, with every kind of noise around them.
    private static let pieces = [
        "Die Sonne scheint heute besonders hell, und die Kinder spielen im Garten. ",
        "The model answers in another language now and then, which nobody asked for. ",
        "今日は太陽がとても明るく輝いていて、子供たちは庭で遊んでいます。", "Сегодня солнце светит особенно ярко, и дети играют в саду. ",
        "오늘은 햇살이 유난히 밝고 아이들이 마당에서 놀고 있습니다. ", "الشمس مشرقة اليوم والأطفال يلعبون في الحديقة. ",
        "आज सूरज बहुत तेज़ चमक रहा है और बच्चे खेल रहे हैं। ", "วันนี้แดดแรงมากและเด็กๆเล่นอยู่ในสวน ", "我认识了一个叫Tom的年轻人。",
        "```python\nfor value in range(10): print(value)\n```\n", "`inline` $x^2$ \\frac{a}{b} <think>so</think> ",
        "{\"answer\": \"Gr\\u00fc\\u00dfe an alle\", \"score\": 0.5} ",
        "https://example.com/a?b=c 3.14159 snake_case\n",
    ]

    /// A thousand texts from ten bytes to twenty thousand, each in every mixture of the pieces that its number gives.
    private static func makeTexts(in storage: OwnedStorage) -> [ByteView] {
        (0..<1_000).map { number in
            var text = ""
            var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
            let pieceCount = number % 10 == 9 ? 200 : 1 + number % 12
            for _ in 0..<pieceCount {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            return storage.makeText(text.utf8)
        }
    }

    @Test func thousandTextsAllocateNothing() throws {
        let storage = OwnedStorage()
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let againstPrompt = try LanguageConsistencyPlan(LanguageConsistencySettings(), builder: builder)
        let againstField = try LanguageConsistencyPlan(
            LanguageConsistencySettings(expect: .field("lang")), builder: builder)
        var scratch = try LanguageScratch(builder.requirements.language)
        var explanation = RigidBytes(capacity: Limits.rationaleByteCountMax)
        let fields = storage.makeTable([FieldValue.text(storage.makeText("pt-BR".utf8))])
        let texts = Self.makeTexts(in: storage)
        let rollouts = storage.makeTable(
            texts.indices.map { index in
                Rollout(
                    completion: texts[index], completionIsASCII: false, prompt: texts[index / 4 * 4],
                    referenceAnswer: .absent, tokenCount: -1, isTruncated: false, fields: fields)
            })

        var scoredCount = 0
        var counts: [Int] = [0, 0]
        // The first round warms up what the runtime sets up lazily.
        for round in 0..<2 {
            counts[round] = AllocationMeter.count {
                for index in 0..<rollouts.count {
                    let first = againstPrompt.score(rollouts[index], &scratch)
                    let second = againstField.score(rollouts[index], &scratch)
                    if first.status == .scored { scoredCount &+= 1 }
                    explanation.removeAll()
                    againstPrompt.explain(first, into: &explanation)
                    againstField.explain(second, into: &explanation)
                }
            }
        }
        #expect(counts[1] == 0)
        #expect(scoredCount > 1_000)
        #expect(scratch.heapAllocationCount == 0)
        print(
            "language_consistency: \(counts[1]) allocations over \(rollouts.count) texts, arena peak",
            "\(scratch.arenaPeakByteCount) bytes")
    }

    /// The canary: without an arena that suffices, the very same path does allocate, and both meters see it.
    @Test func identificationWouldAllocateWithoutItsArena() {
        var text = Array("Die Sonne scheint heute besonders hell.".utf8) + [UInt8](repeating: 0, count: 64)
        var arena = [UInt8](repeating: 0, count: 64)
        var found = PlauditLanguages()
        var use = PlauditArenaUse()
        let count = AllocationMeter.count {
            plaudit_cld2_identify(&text, text.count - 64, &arena, arena.count, &found, &use)
        }
        #expect(count >= 3)
        #expect(use.fallbackCount >= 3)
        #expect(use.heldCount == 0)
    }
}
