package import RewardMemory

/// A completion as instructions are checked on it. The checks are those of IFEval's `instructions.py`, with `strict` verdicts.
package struct InstructionText: BitwiseCopyable {
    let text: ByteView
    /// The same, case folded.
    let folded: ByteView

    @_noAllocation
    package init(_ text: ByteView, folded: ByteView) {
        self.text = text
        self.folded = folded
    }

    /// Whether the text follows an instruction, whose arguments are complete; nil when that cannot be told.
    @_noAllocation
    package func follows(
        _ kind: InstructionKind, _ arguments: InstructionArguments, _ catalogue: LanguageCatalogue,
        _ scratch: inout KernelScratch
    ) -> Bool? {
        switch kind {
        case .englishCapital: return isCased(upper: true) ? isEnglish(catalogue, &scratch) : false
        case .englishLowercase: return isCased(upper: false) ? isEnglish(catalogue, &scratch) : false
        case .responseLanguage:
            return isIn(arguments.text("language") ?? .empty, catalogue, &scratch)
        case .jsonFormat: return isJSON(&scratch.json)
        case .existence: return hasKeywords(arguments, &scratch.instructions)
        case .forbiddenWords: return hasNoWord(arguments, &scratch.instructions)
        case .frequency:
            let keyword = scratch.instructions.fold(argument: arguments.text("keyword") ?? .empty)
            return holds(Self.occurrences(of: keyword, in: folded), arguments, "frequency", "relation")
        case .letterFrequency:
            let letter = scratch.instructions.fold(argument: TextTrim.trimmed(arguments.text("letter") ?? .empty))
            return holds(Self.occurrences(of: letter, in: folded), arguments, "let_frequency", "let_relation")
        case .repeatPrompt:
            let prompt = scratch.instructions.fold(
                argument: TextTrim.trimmed(arguments.text("prompt_to_repeat") ?? .empty))
            return TextTrim.trimmed(folded).starts(with: prompt)
        case .endChecker:
            let end = scratch.instructions.fold(argument: TextTrim.trimmed(arguments.text("end_phrase") ?? .empty))
            return Self.unquoted(TextTrim.trimmed(folded)).ends(with: end)
        case .nthParagraphFirstWord:
            let word = scratch.instructions.fold(argument: arguments.text("first_word") ?? .empty)
            return startsParagraph(
                with: word, nth: arguments.whole("nth_paragraph") ?? 0, count: arguments.whole("num_paragraphs") ?? 0)
        case .postscript:
            return hasPostscript(
                scratch.instructions.fold(argument: TextTrim.trimmed(arguments.text("postscript_marker") ?? .empty)))
        case .twoResponses: return hasTwoResponses()
        case .numberPlaceholders: return placeholderCount() >= arguments.whole("num_placeholders") ?? 0
        case .constrainedResponse: return isConstrained()
        case .multipleSections:
            return sectionCount(arguments.text("section_spliter") ?? .empty) >= arguments.whole("num_sections") ?? 0
        case .numberBulletLists: return bulletCount() == arguments.whole("num_bullets") ?? 0
        case .numberHighlightedSections: return highlightCount() >= arguments.whole("num_highlights") ?? 0
        case .title: return hasTitle()
        case .numberParagraphs: return paragraphCount() == arguments.whole("num_paragraphs") ?? 0
        case .numberWords: return holds(wordCount(), arguments, "num_words", "relation")
        case .noComma: return text.firstIndex(of: UInt8(ascii: ",")) < 0
        case .quotation:
            let trimmed = TextTrim.trimmed(text)
            return trimmed.count > 1 && trimmed[0] == UInt8(ascii: "\"")
                && trimmed[trimmed.count &- 1] == UInt8(ascii: "\"")
        }
    }

    /// `at least` or `less than` so many.
    @_noAllocation
    private func holds(
        _ count: Int, _ arguments: InstructionArguments, _ wanted: StaticString, _ relation: StaticString
    ) -> Bool {
        let bound = arguments.whole(wanted) ?? 0
        return arguments.isAtLeast(relation) == true ? count >= bound : count < bound
    }

    // MARK: Languages and JSON

    /// The language is told of the folded text: capitals alone are hard to tell.
    @_noAllocation
    private func isEnglish(_ catalogue: LanguageCatalogue, _ scratch: inout KernelScratch) -> Bool? {
        isIn(ByteView("en"), catalogue, &scratch)
    }

    @_noAllocation
    private func isIn(
        _ language: ByteView, _ catalogue: LanguageCatalogue, _ scratch: inout KernelScratch
    ) -> Bool? {
        let entry = catalogue.entry(forCode: language)
        guard entry >= 0 else { return nil }
        let group = catalogue.group(ofEntry: entry)
        let profile = scratch.language.profile(
            of: folded, expecting: group, ProseSample.full, catalogue)
        guard profile.isKnown else { return nil }
        return profile.mainGroup(catalogue) == group
    }

    /// One JSON text, bare or in a fence that begins and ends the completion.
    @_noAllocation
    private func isJSON(_ scratch: inout JSONScratch) -> Bool? {
        var body = TextTrim.trimmed(text)
        if body.starts(with: ByteView("```json")) || body.starts(with: ByteView("```Json"))
            || body.starts(with: ByteView("```JSON"))
        {
            body = body.slice(7, body.count)
        }
        if body.starts(with: ByteView("```")) { body = body.slice(3, body.count) }
        if body.ends(with: ByteView("```")) { body = body.slice(0, body.count &- 3) }
        let found = JSONExtraction.whole.find(in: body, &scratch)
        return found.fault == .none ? true : (found.fault.isLimit ? nil : false)
    }

    // MARK: Words and letters

    /// Whether all letters that have a case have this one, and there is such a letter: Python's `isupper`, `islower`.
    @_noAllocation
    private func isCased(upper: Bool) -> Bool {
        var index = 0
        var isThere = false
        while index < text.count {
            switch UTF8Scalar.letterCase(UTF8Scalar.decode(text, at: &index)) {
            case .none: break
            case .upper:
                guard upper else { return false }
                isThere = true
            case .lower:
                guard !upper else { return false }
                isThere = true
            case .title: return false
            }
        }
        return isThere
    }

    @_noAllocation
    private func hasKeywords(_ arguments: InstructionArguments, _ scratch: inout InstructionScratch) -> Bool {
        var cursor = 0
        while let keyword = arguments.nextText("keywords", &cursor) {
            if folded.firstIndex(of: scratch.fold(argument: keyword)) < 0 { return false }
        }
        return true
    }

    /// Whether none of the words stands between word boundaries.
    @_noAllocation
    private func hasNoWord(_ arguments: InstructionArguments, _ scratch: inout InstructionScratch) -> Bool {
        var cursor = 0
        while let argument = arguments.nextText("forbidden_words", &cursor) {
            let word = scratch.fold(argument: argument)
            var index = folded.firstIndex(of: word)
            while index >= 0 {
                if isBoundary(index) && isBoundary(index &+ word.count) { return false }
                index = folded.firstIndex(of: word, from: index &+ 1)
            }
        }
        return true
    }

    /// A regular expression's `\b`: whether a word begins or ends at `index` of the folded text.
    @_noAllocation
    private func isBoundary(_ index: Int) -> Bool {
        var isAfter = false
        if index < folded.count {
            var next = index
            isAfter = UTF8Scalar.isWordCharacter(UTF8Scalar.decode(folded, at: &next))
        }
        var isBefore = false
        if index > 0 {
            var last = index &- 1
            while last > 0 && folded[last] & 0xC0 == 0x80 { last &-= 1 }
            isBefore = UTF8Scalar.isWordCharacter(UTF8Scalar.decode(folded, at: &last))
        }
        return isBefore != isAfter
    }

    /// Occurrences that do not overlap.
    @_noAllocation
    static func occurrences(of needle: ByteView, in text: ByteView) -> Int {
        guard !needle.isEmpty else { return 0 }
        var count = 0
        var index = text.firstIndex(of: needle)
        while index >= 0 {
            count &+= 1
            index = text.firstIndex(of: needle, from: index &+ needle.count)
        }
        return count
    }

    /// Runs of letters, digits and underscores: what `\w+` finds.
    @_noAllocation
    private func wordCount() -> Int {
        var index = 0
        var count = 0
        var isInside = false
        while index < text.count {
            let isWord = UTF8Scalar.isWordCharacter(UTF8Scalar.decode(text, at: &index))
            if isWord && !isInside { count &+= 1 }
            isInside = isWord
        }
        return count
    }

    /// The text without quotation marks at its ends.
    @_noAllocation
    private static func unquoted(_ text: ByteView) -> ByteView {
        var start = 0
        var end = text.count
        while start < end && text[start] == UInt8(ascii: "\"") { start &+= 1 }
        while end > start && text[end &- 1] == UInt8(ascii: "\"") { end &-= 1 }
        return text.slice(start, end)
    }
}
