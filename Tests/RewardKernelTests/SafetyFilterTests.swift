import RewardKernel
import RewardMemory
import Testing

/// A safety filter with the scratch of one worker.
struct Filter: ~Copyable {
    let storage: OwnedStorage
    let plan: SafetyFilterPlan
    var scratch: KernelScratch

    init(_ settings: SafetyFilterSettings) throws {
        let storage = OwnedStorage()
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let plan = try SafetyFilterPlan(settings, into: builder)
        let scratch = try KernelScratch(builder.requirements)
        self.storage = storage
        self.plan = plan
        self.scratch = scratch
    }

    init(_ words: String...) throws {
        try self.init(SafetyFilterSettings(words: words))
    }

    mutating func outcome(_ completion: String) -> ComponentOutcome {
        plan.score(rollout(completion), &scratch.safety, &scratch.regex)
    }

    mutating func score(_ completion: String) -> Double {
        outcome(completion).score
    }

    mutating func findingCount(_ completion: String) -> Int {
        Int(outcome(completion).finding.first)
    }

    mutating func explanation(_ completion: String) -> String {
        var text = RigidBytes(capacity: 1_024)
        plan.explain(outcome(completion), rollout: rollout(completion), into: &text)
        return String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)
    }
}

@Suite struct SafetyFilterTests {
    @Test func anEntryAsAWordOfItsOwnMakesTheScoreZero() throws {
        var filter = try Filter("Darn", "two words")
        #expect(filter.score("darn!") == 0)
        #expect(filter.score("oh DARN it") == 0)
        #expect(filter.score("darned") == 1)
        #expect(filter.score("xdarn") == 1)
        #expect(filter.score("some two words here") == 0)
        #expect(filter.score("") == 1)
        #expect(filter.score("  \n ") == 1)
        #expect(filter.score("da\0rn \0darn\0") == 0)
    }

    @Test func spellingsThatReadTheSameAreTheSame() throws {
        var filter = try Filter("darn")
        for text in [
            "ｄａｒｎ", "𝗱𝗮𝗿𝗻", "d\u{200B}a\u{200D}rn", "da\u{AD}rn", "dаrn", "ԁагn", "ðàrñ",
            "d\u{301}a\u{302}r\u{303}n\u{304}",
            "ⓓⓐⓡⓝ", "ᴅᴀʀɴ", "“darn”", "是darn吗",
        ] {
            #expect(filter.score(text) == 0, "\(text)")
        }
        #expect(filter.score("ｄａｒｎｅｄ") == 1)
    }

    /// One entry a script: it matches as a word, and (where the script has words) not inside one.
    @Test(arguments: [
        ("дурак", "Ты ДУРАК!", "дураками"),
        ("كلب", "أنت كلب، يا رجل", "الكلب"),
        ("कमीना", "तू कमीना है।", "कमीनापन"),
        ("malaka", "ρε μαλάκα!", "μαλάκας"),
        ("טיפש", "אתה טִפֵּשׁ טיפש.", "טיפשים"),
        ("바보", "너 바보!", "바보야"),
    ])
    func entriesOfEveryScriptMatchAsWords(_ entry: String, _ hit: String, _ miss: String) throws {
        var filter = try Filter(entry == "malaka" ? "μαλάκα" : entry)
        #expect(filter.score(hit) == 0)
        #expect(filter.score(miss) == 1)
    }

    @Test(arguments: [("馬鹿", "お前は馬鹿だ", "馬が鹿を"), ("ばか", "このばかめ", "はか"), ("ควาย", "มึงเป็นควายหรือ", "ความ")])
    func entriesOfScriptsWithoutSpacesMatchAnywhere(_ entry: String, _ hit: String, _ miss: String) throws {
        var filter = try Filter(entry)
        #expect(filter.score(hit) == 0)
        #expect(filter.score(miss) == 1)
    }

    @Test func findingsThatOverlapCountOnce() throws {
        var filter = try Filter(
            SafetyFilterSettings(words: ["piece of dirt", "dirt", "dirt pile", "pile"], perFinding: 0.25))
        #expect(filter.findingCount("dirt and dirt") == 2)
        #expect(filter.findingCount("a piece of dirt") == 1)
        // `dirt` and `pile` do not overlap each other; the phrases around them overlap both.
        #expect(filter.findingCount("a piece of dirt pile") == 2)
        #expect(filter.score("dirt") == 0.75)
        #expect(filter.score("dirt dirt dirt dirt dirt") == 0)
        #expect(filter.score("clean") == 1)
        #expect(filter.explanation("what a piece of dirt") == "1 hit: `piece of dirt` (words) at byte 7")
    }

    @Test func allowedPhrasesExcuseTheHitsInsideThem() throws {
        var filter = try Filter(
            SafetyFilterSettings(
                words: ["dick", "van"], allow: ["Dick van Dyke", "Möby Dick"], patterns: [#"(?i)moby \w+"#]))
        #expect(filter.score("I like Dick van Dyke.") == 1)
        #expect(filter.score("dick and Dick van Dyke") == 0)
        #expect(filter.score("ＤＩＣＫ ｖａｎ Dyke’s") == 1)
        #expect(filter.score("Dick van Dykes") == 0)
        // A pattern's hit is excused as an entry's is, in folded coordinates.
        #expect(filter.score("“moby dick”") == 1)
        #expect(filter.score("“moby dock”") == 0)
        #expect(filter.findingCount("…moby dick, moby dock, moby dick, moby duck") == 2)
    }

    @Test func patternsSeeTheTextAsItIs() throws {
        var filter = try Filter(
            SafetyFilterSettings(patterns: [
                #"\b\d{3}-\d{2}-\d{4}\b"#, #"\bслово\b"#, #"AKIA[0-9A-Z]{16}"#, #"(\w)\1{9}"#,
            ]))
        #expect(
            filter.explanation("id 123-45-6789.")
                == #"1 hit: `123-45-6789` (pattern `\b\d{3}-\d{2}-\d{4}\b`) at byte 3"#)
        #expect(filter.score("id 123-45-67890.") == 1)
        #expect(filter.score("вот слово тут") == 0)
        #expect(filter.score("вот словом тут") == 1)
        #expect(filter.score("akia0123456789abcdef") == 1)
        #expect(filter.score("ＡＫＩＡ0123456789ABCDEF") == 1)
        #expect(filter.score("AKIA0123456789ABCDEF") == 0)
        // A back reference is nothing Vectorscan can say; PCRE2 decides.
        #expect(filter.score("aaaaaaaaaa") == 0)
        #expect(filter.score("abababababab") == 1)
    }

    /// The prefilter may report too much but must hide nothing, although its library's Unicode tables are the older
    /// ones: every scalar is matched with the filter and with PCRE2 alone.
    @Test(arguments: [#"\w"#, #"[^\w\s]"#]) func thePrefilterHidesNothing(_ pattern: String) throws {
        var filter = try Filter(SafetyFilterSettings(patterns: [pattern]))
        let builder = PlanBuilder(storage: filter.storage, requirements: ScratchRequirements())
        let alone = try RegexPattern(pattern, options: RegexOptions(), builder, key: [])
        var regex = try RegexScratch(builder.requirements.regex)
        let plan = filter.plan
        let fields: FixedTable<FieldValue> = filter.storage.makeTable([])
        var text = RigidBytes(capacity: 4)
        var hiddenScalars: [UInt32] = []
        // The planes with characters: 4 to 13 are empty.
        for value in Array(UInt32(0)..<0x40000) + Array(0xE0000..<0xE0200) {
            guard let bytes = Unicode.Scalar(value).flatMap(UTF8.encode) else { continue }
            text.removeAll()
            for byte in bytes { text.append(byte) }
            let rollout = Rollout(
                completion: text.view, completionIsASCII: value < 0x80, prompt: nil, referenceAnswer: .absent,
                tokenCount: -1,
                isTruncated: false, fields: fields)
            let isFound = plan.score(rollout, &filter.scratch.safety, &filter.scratch.regex).score == 0
            var isMatch = false
            if case .found = regex.firstMatch(of: alone, in: text.view) { isMatch = true }
            if isFound != isMatch { hiddenScalars.append(value) }
        }
        #expect(hiddenScalars == [])
    }

    @Test func hitsOfPatternsAreCountedOneByOne() throws {
        var filter = try Filter(SafetyFilterSettings(words: ["x"], patterns: [#"\d+"#, "(?=é)"], perFinding: 0.1))
        #expect(filter.findingCount("1 22 333 x") == 4)
        #expect(filter.findingCount("éé é") == 3)
        #expect(filter.outcome("x 1").finding.code == 1)
        #expect(filter.outcome("1 x").finding.code == 2)
    }

    @Test func aMatchLimitIsAStatusUnlessTheScoreIsDecidedAlready() throws {
        var filter = try Filter(SafetyFilterSettings(words: ["darn"], patterns: [#"(?:a+)+(?=b)"#]))
        // The prefilter cannot look ahead, so PCRE2 has to, and tries every way to cut the run into pieces.
        let hostile = String(repeating: "a", count: 5_000)
        #expect(filter.outcome(hostile).status == .limitReached)
        #expect(filter.explanation(hostile).contains("match limit"))
        #expect(filter.outcome(hostile + " darn").status == .scored)
        #expect(filter.score(hostile + " darn") == 0)
        #expect(filter.score("aaaab") == 0)
    }

    @Test func explanationNamesListSpanAndPlaceInTheCompletion() throws {
        var filter = try Filter(
            SafetyFilterSettings(lists: [
                SafetyList(name: "mild", entries: ["darn", "heck"]),
                SafetyList(name: "again", entries: ["DARN", "drat"]),
            ]))
        #expect(filter.explanation("é ｄａｒｎ and drat") == "2 hits: `ｄａｒｎ` (mild) at byte 3, and 1 more")
        #expect(filter.explanation("drat") == "1 hit: `drat` (again) at byte 0")
        #expect(filter.explanation("fine") == "no hit of 3 entries and 0 patterns")
    }

    @Test func longMatchesAreAbridgedBetweenCharacters() throws {
        var filter = try Filter(SafetyFilterSettings(patterns: ["aé+"]))
        let text = "a" + String(repeating: "é", count: 100)
        #expect(filter.explanation(text).hasPrefix("1 hit: `a" + String(repeating: "é", count: 31) + "...` (pattern"))
    }

    @Test func findingsAboveTheLimitAreNotCounted() throws {
        var filter = try Filter(SafetyFilterSettings(words: ["darn"], patterns: ["heck"], perFinding: 0.0001))
        let text = String(repeating: "darn ", count: 3_000)
        #expect(filter.findingCount(text) == Limits.safetyFindingCountMax)
        #expect(filter.findingCount(text + "heck") == Limits.safetyFindingCountMax)
        #expect(filter.explanation(text).hasPrefix("1024 or more hits: `darn`"))
    }

    /// Texts with more matches than are collected at once are scanned in blocks: same hits, wherever they stand.
    @Test func denseTextsAreSearchedToTheEnd() throws {
        var filter = try Filter("a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaa", "zz")
        let dense = String(repeating: "a", count: 300_000)
        #expect(filter.score(dense) == 1)
        #expect(filter.score(dense + " zz") == 0)
        #expect(filter.outcome(dense + " zz").finding.spanStart == 300_001)
        #expect(filter.outcome("é" + dense + " aa zz").finding.spanStart == 300_003)
        #expect(filter.findingCount("é" + dense + " aa zz") == 2)
    }

    @Test func excusedHitsOfDenseTextsAreNoFindings() throws {
        var filter = try Filter(SafetyFilterSettings(words: ["dick"], allow: ["dick van dyke"], patterns: ["q"]))
        let text = String(repeating: "dick van dyke ", count: 20_000)
        #expect(filter.score(text) == 1)
        #expect(filter.score(text + "dick") == 0)
        let marks = String(repeating: "q ", count: 100_000)
        #expect(filter.score(marks) == 0)
    }

    @Test func aMegabyteOfOneCharacterIsScored() throws {
        var filter = try Filter("darn", "zz")
        for character in ["a", "z", " ", "é", "\u{FDFA}", "\u{200B}", "\u{301}", "한", "\0", "🖕"] {
            let count = Limits.completionByteCountMax / character.utf8.count
            #expect(filter.score(String(repeating: character, count: count)) == 1, "\(character)")
            #expect(filter.score(String(repeating: character, count: count - 16) + " darn") == 0, "\(character)")
        }
    }

    @Test func settingsThatCannotWorkAreRefused() throws {
        func error(_ settings: SafetyFilterSettings) -> PlanError? {
            do {
                _ = try Filter(settings)
                return nil
            } catch {
                return error as? PlanError
            }
        }
        #expect(error(SafetyFilterSettings())?.key == ["lists"])
        #expect(error(SafetyFilterSettings(words: ["ok", "\u{200B}\u{AD}"]))?.key == ["words"])
        let list = SafetyList(name: "mine", entries: [" "])
        #expect(error(SafetyFilterSettings(lists: [list], words: ["x"]))?.key == ["lists", "mine"])
        #expect(error(SafetyFilterSettings(words: ["x"], allow: [""]))?.key == ["allow"])
        #expect(error(SafetyFilterSettings(words: ["x"], patterns: ["ok", "("]))?.key == ["patterns", "1"])
        #expect(error(SafetyFilterSettings(words: ["x"], patterns: ["a*"]))?.message.contains("empty text") == true)
        #expect(error(SafetyFilterSettings(words: ["x"], perFinding: 0))?.key == ["per_finding"])
        #expect(error(SafetyFilterSettings(words: ["x"], perFinding: .nan))?.key == ["per_finding"])
        #expect(error(SafetyFilterSettings(words: [String(repeating: "x", count: 300)]))?.key == ["words"])
    }

    @Test func filtersOfSeveralRewardsShareOneScratch() throws {
        let storage = OwnedStorage()
        let builder = PlanBuilder(storage: storage, requirements: ScratchRequirements())
        let first = try SafetyFilterPlan(SafetyFilterSettings(words: ["darn"]), into: builder)
        let many = (0..<2_000).map { "word\($0)" }
        let second = try SafetyFilterPlan(SafetyFilterSettings(words: many, patterns: ["x{5}"]), into: builder)
        var scratch = try KernelScratch(builder.requirements)
        for _ in 0..<3 {
            #expect(first.score(rollout("darn"), &scratch.safety, &scratch.regex).score == 0)
            #expect(first.score(rollout("word77"), &scratch.safety, &scratch.regex).score == 1)
            #expect(second.score(rollout("word77"), &scratch.safety, &scratch.regex).score == 0)
            #expect(second.score(rollout("darn é"), &scratch.safety, &scratch.regex).score == 1)
        }
    }
}

@Suite struct SafetyListTests {
    @Test func builtInListsAreNamedAndClean() throws {
        for name in BuiltInSafetyLists.names {
            let entries = try #require(BuiltInSafetyLists.entries(named: name))
            #expect(entries.count >= 30)
            #expect(Set(entries).count == entries.count, "\(name) has no entry twice")
            for entry in entries {
                #expect(entry == entry.lowercased() && !entry.hasPrefix(" ") && !entry.hasSuffix(" ") && !entry.isEmpty)
            }
            var filter = try Filter(SafetyFilterSettings(lists: [SafetyList(name: name, entries: entries)]))
            #expect(filter.score("so \(entries[0])!") == 0)
            #expect(filter.score("Scunthorpe, a class on cocktails: assess the basement, pass the analysis.") == 1)
        }
        #expect(BuiltInSafetyLists.entries(named: "profanity_xx") == nil)
    }

    @Test func listFilesHoldOneEntryALine() {
        let text = "one\r\n  two words \n\n\t\nдва\u{2028}end"
        #expect(SafetyList.entries(inFile: text) == ["one", "two words", "два", "end"])
        #expect(SafetyList.entries(inFile: "").isEmpty)
    }
}
