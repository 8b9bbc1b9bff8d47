import RewardKernel
import RewardMemory
import Testing

/// What the noise stripper leaves of a text.
@Suite struct LanguageStripperTests {
    private static func stripped(_ text: String) throws -> String {
        var requirements = LanguageScratch.Requirements()
        requirements.isNeeded = true
        var scratch = try LanguageScratch(requirements)
        let prose = scratch.prose(of: bytes(text), LanguageEngine.full.sample)
        return String(decoding: (0..<prose.count).map { prose[$0] }, as: UTF8.self)
    }

    /// The same without the white space around and between words.
    private static func words(_ text: String) throws -> [String] {
        try stripped(text).split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    @Test func proseStaysAsItIs() throws {
        let sentences = [
            "Ein Satz , der bleibt .", "Où est l’été ?", "Привет всем !", "今天天气很好。", "don't and/or e.g. well-known",
            "مرحبا بالعالم؟", "अच्छा।",
        ]
        for text in sentences {
            #expect(try Self.words(text).joined(separator: " ") == text.replacing(" ,", with: ""))
        }
    }

    @Test func codeBlocksAndInlineCodeGo() throws {
        #expect(try Self.words("Davor\n```python\nfor x in range: print(x)\n```\ndanach") == ["Davor", "danach"])
        #expect(try Self.words("Der Wert `some_call(value)` zählt") == ["Der", "Wert", "zählt"])
        #expect(try Self.words("Offen\n```\nno closing fence here") == ["Offen"])
        #expect(try Self.words("Ein ` allein\nbleibt") == ["Ein", "allein", "bleibt"])
    }

    @Test func jsonLeavesItsProse() throws {
        let text = #"{"answer": "Die Antwort ist klar", "status": "active", "score": 0.5, "done": true, "list": null}"#
        #expect(try Self.words(text) == ["Die", "Antwort", "ist", "klar"])
        #expect(try Self.words("```json\n\(text)\n```\nund") == ["Die", "Antwort", "ist", "klar", "und"])
        #expect(try Self.words(#"{"a": "erste Zeile\nzweite Zeile"}"#) == ["erste", "Zeile", "zweite", "Zeile"])
    }

    @Test func escapedLettersAreDecoded() throws {
        let text = #"{"a": "viele Gr\u00fc\u00dfe \u4f60\u597d \ud83d\ude00 \ud800 ende"}"#
        #expect(try Self.words(text) == ["viele", "Grüße", "你好", "😀", "ende"])
        #expect(try Self.words(#"\u0041b \u000a x"#) == ["Ab", "x"])
    }

    @Test func formulasGoAndMoneyStays() throws {
        #expect(try Self.words(#"Also gilt $x^2 + y^2 = z^2$ immer"#) == ["Also", "gilt", "immer"])
        #expect(try Self.words(#"Also $$\int f(x) dx$$ immer"#) == ["Also", "immer"])
        #expect(try Self.words(#"Also \(a+b\) und \[c = d\] immer"#) == ["Also", "und", "immer"])
        #expect(try Self.words(#"\begin{align} \frac{a}{b} \end{align} \textbf{wichtig}"#) == ["a", "b", "wichtig"])
        #expect(try Self.words("It costs $5 and not $6 today") == ["It", "costs", "and", "not", "today"])
    }

    @Test func addressesIdentifiersAndNumbersGo() throws {
        let text =
            "Siehe https://example.com/a?b=c oder www.example.org, mail an a.b@example.com, Datei src/main/app.py, "
            + "snake_case, camelCase und 3.14 sowie COVID-19 hier"
        #expect(
            try Self.words(text)
                == ["Siehe", "oder", ",", "mail", "an", ",", "Datei", ",", ",", "und", "sowie", "hier"].filter {
                    $0 != ","
                })
        #expect(try Self.words("请看https://example.com/路") == ["请看", "路"])
    }

    @Test func tagsGoAndTheirContentStays() throws {
        let text = "<think>Ich überlege</think><answer class=\"x\">Ja &amp; nein</answer><|im_end|> 3 < 4 und mehr"
        #expect(try Self.words(text) == ["Ich", "überlege", "Ja", "nein", "und", "mehr"])
    }

    @Test func controlsAndNonCharactersBecomeSpaces() throws {
        for value: UInt32 in [0, 1, 0x1F, 0x7F, 0x80, 0x9F, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF] {
            let scalar = try #require(Unicode.Scalar(value))
            #expect(try Self.words("wort\(scalar)wort") == ["wort", "wort"], "U+\(String(value, radix: 16))")
        }
    }

    @Test func namesInAnotherScriptGo() throws {
        #expect(try Self.words("我認識了一個叫Tom的年輕人。") == ["我認識了一個叫", "的年輕人。"])
        #expect(try Self.words("Калі ласка, абярыце мову Image Viewer.") == ["Калі", "ласка", "абярыце", "мову", "."])
        #expect(try Self.words("今天我们 go shopping 好吗") == ["今天我们", "go", "shopping", "好吗"])
        #expect(try Self.words("Вiн зовсiм не дивиться").count == 4)
        #expect(try Self.words("I met 王 in Berlin") == ["I", "met", "王", "in", "Berlin"])
    }

    @Test func longTextIsRepresentedByFourStretches() throws {
        let parts = ["anfang ", "zweites ", "drittes ", "ende "]
        let text = parts.map { String(repeating: $0, count: 20_000 / $0.utf8.count) }.joined()
        let prose = try Self.stripped(text)
        #expect(prose.utf8.count <= Limits.languageByteCountMax)
        for part in parts { #expect(prose.contains(part)) }
        #expect(prose.hasPrefix("anfang anfang"))
    }

    @Test func codeInTheSkippedPartIsKeptOut() throws {
        let code = "```\n" + String(repeating: "return value ", count: 2_000) + "\n```\n"
        let text =
            String(repeating: "Ein Satz steht hier. ", count: 400) + code
            + String(repeating: "Und noch einer. ", count: 400)
        let prose = try Self.stripped(text)
        #expect(!prose.contains("return value"))
    }

    /// Hours, if any look ahead were quadratic; the bound is generous because other tests run at the same time.
    @Test func oneByteRepeatedAMillionTimesTakesNoLongerThanItsLength() throws {
        for pattern in [
            "a", "`", "<", "$", "\\", "\"", "{", "\\(", "$a ", "$$", "``", "```", "&", "\\u", "漢", "\u{0}", " ",
        ] {
            let text = String(repeating: pattern, count: (1 << 20) / pattern.utf8.count)
            let start = ContinuousClock.now
            _ = try Self.stripped(text)
            #expect(ContinuousClock.now - start < .seconds(20), "\(pattern)")
        }
    }
}
