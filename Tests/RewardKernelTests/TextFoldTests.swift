import RewardKernel
import RewardMemory
import Testing

/// `text` folded, as a string.
private func folded(_ text: String) throws -> String {
    var target = try FoldBuffer(reserving: TextFold.byteCountMax(folding: text.utf8.count))
    let view = TextFold.fold(bytes(text), into: &target)
    return String(decoding: (0..<view.count).map { view[$0] }, as: UTF8.self)
}

@Suite struct TextFoldTests {
    @Test(arguments: [
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("𝗯𝗼𝗹𝗱 𝒸𝓊𝓇𝓈𝒾𝓋𝑒 ⓒⓘⓡⓒⓛⓔⓓ 🅱🅾🆇 🇦🇧", "bold cursive circled box ab"),
        ("zero\u{200B}wi\u{200D}dth and so\u{AD}ft", "zerowidth and soft"),
        ("café cafe\u{301} Zürich naïve Łódź smørrebrød", "cafe cafe Zurich naive lodz smorrebrod"),
        ("сору Αpple ԁοt тaк MОM мom", "copy apple dot tak MoM mom"),
        ("Straße ﬁne ĳ", "Strasse fine ij"),
        ("“quoted” ‘it’s’ a‑b\u{A0}c", "\"quoted\" 'it's' a-b c"),
        ("١٢٣ ४५६ ７８９", "123 456 789"),
    ])
    func whatLooksTheSameFoldsToTheSame(_ text: String, _ expected: String) throws {
        #expect(try folded(text) == expected)
    }

    @Test func asciiStaysAsItIsCapitalsToo() throws {
        let text = String(decoding: UInt8(0)...127, as: UTF8.self)
        #expect(try folded(text) == text)
    }

    @Test func composedAndDecomposedSpellingsAgree() throws {
        for (composed, decomposed) in [
            ("한국어", "한국어"), ("が", "か\u{3099}"), ("ｶﾞ", "ガ"), ("क़", "क\u{93C}"), ("й", "и\u{306}"),
        ] {
            #expect(try folded(composed) == folded(decomposed))
        }
        #expect(try folded("한국어") == "한국어")
    }

    @Test func marksThatAreLettersInAllButNameStay() throws {
        for text in ["हिन्दी", "ภาษาไทย", "தமிழ்", "မြန်မာ"] {
            #expect(try folded(text).unicodeScalars.count >= text.unicodeScalars.count)
        }
        #expect(try folded("か") != folded("が"))
        // Vowel signs that Arabic and Hebrew writers leave out go, and so does the tatweel.
        #expect(try folded("مُحَـــمَّد") == "محمد")
        #expect(try folded("שָׁלוֹם") == "שלום")
    }

    @Test func raisedWordMarksEndAWord() throws {
        #expect(try folded("brand™ ℠") == "brand™ ℠")
    }

    /// Every scalar there is folds to valid UTF-8 within the room that is promised.
    @Test func everyScalarFoldsToValidTextWithinItsRoom() throws {
        var target = try FoldBuffer(reserving: TextFold.byteCountMax(folding: 4))
        var text = RigidBytes(capacity: 4)
        var wrongScalars: [UInt32] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            text.removeAll()
            for byte in UTF8.encode(scalar)! { text.append(byte) }
            let view = TextFold.fold(text.view, into: &target)
            let isValid = String(validating: (0..<view.count).map { view[$0] }, as: UTF8.self) != nil
            if !isValid || view.count > text.count * 11 { wrongScalars.append(value) }
        }
        #expect(wrongScalars == [])
    }

    @Test func theWorstTextFitsItsBuffer() throws {
        let text = String(repeating: "\u{FDFA}", count: 1_000)
        #expect(try folded(text).utf8.count == 33_000)
    }

    /// The span that a byte range of the folded text came from covers whole scalars of the text and folds to the range.
    @Test func spansOfTheFoldedTextLeadBackToTheText() throws {
        let text = "a\u{200B}Ｆｕ\u{AD}ｃ\u{301}ｋ\u{301}\u{FE0F} ﬃ 한 z"
        let view = bytes(text)
        var target = try FoldBuffer(reserving: TextFold.byteCountMax(folding: view.count))
        let whole = TextFold.fold(view, into: &target)
        let foldedText = String(decoding: (0..<whole.count).map { whole[$0] }, as: UTF8.self)
        #expect(foldedText == "afuck ffi 한 z")
        func source(_ range: Range<Int>) -> String {
            let span = TextFold.sourceSpan(of: range, in: view, refolding: &target)
            return String(decoding: span.map { view[$0] }, as: UTF8.self)
        }
        #expect(source(1..<5) == "Ｆｕ\u{AD}ｃ\u{301}ｋ\u{301}\u{FE0F}")
        #expect(source(0..<1) == "a\u{200B}")
        #expect(source(7..<8) == "ﬃ")
        #expect(source(10..<13) == "한")
        #expect(source(14..<15) == "z")
    }
}

@Suite struct TextBoundaryTests {
    private func standsAlone(_ word: String, in text: String) throws -> Bool {
        let view = bytes(text)
        let start = view.firstIndex(of: bytes(word))
        try #require(start >= 0)
        return TextBoundary.standsAlone(view, from: start, to: start + word.utf8.count)
    }

    @Test func lettersDigitsAndMarksOfAnyScriptFormWords() throws {
        #expect(try standsAlone("слово", in: "это слово."))
        #expect(try !standsAlone("слово", in: "это словом"))
        #expect(try !standsAlone("слово", in: "пресловом"))
        #expect(try !standsAlone("كلب", in: "الكلب"))
        #expect(try standsAlone("كلب", in: "هذا كلب، نعم"))
        #expect(try !standsAlone("ab", in: "ab2"))
        #expect(try !standsAlone("ab", in: "xab"))
        #expect(try standsAlone("ab", in: "_ab_"))
    }

    @Test func aMatchMayNotEndInsideACharacter() throws {
        // The vowel sign that follows belongs to the last consonant.
        #expect(try !standsAlone("कुत", in: "कुता"))
        #expect(try standsAlone("कुता", in: "एक कुता।"))
        #expect(try !standsAlone("か", in: "か\u{3099}"))
        #expect(try !standsAlone("กา", in: "กา\u{E48}"))
    }

    @Test func scriptsWithoutSpacesHaveNoBoundaries() throws {
        #expect(try standsAlone("馬鹿", in: "お前は馬鹿者だ"))
        #expect(try standsAlone("ควย", in: "ไอ้ควยนี่"))
        #expect(try standsAlone("sex", in: "はsexが"))
        #expect(try !standsAlone("sex", in: "はsexyが"))
    }

    @Test func whatIsNoWordStandsAloneLikeOne() throws {
        #expect(try standsAlone("🖕", in: "a 🖕!"))
        #expect(try standsAlone("🖕", in: "吗🖕吗"))
        #expect(try !standsAlone("🖕", in: "🖕b"))
        #expect(try !standsAlone("@x", in: "a@x b"))
    }
}
