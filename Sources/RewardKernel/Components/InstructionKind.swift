package import RewardMemory

/// The verifiable instructions of IFEval (Zhou et al., arXiv 2311.07911) that can be checked, under their names there.
package enum InstructionKind: UInt8, BitwiseCopyable, Sendable {
    case englishCapital
    case englishLowercase
    case repeatPrompt
    case twoResponses
    case numberPlaceholders
    case postscript
    case constrainedResponse
    case jsonFormat
    case multipleSections
    case numberBulletLists
    case numberHighlightedSections
    case title
    case existence
    case forbiddenWords
    case frequency
    case letterFrequency
    case responseLanguage
    case nthParagraphFirstWord
    case numberParagraphs
    case numberWords
    case noComma
    case endChecker
    case quotation

    /// What stands for the kind in a finding.
    package var code: UInt8 {
        @_noAllocation get { rawValue }
    }

    @_noAllocation
    package init?(code: UInt8) {
        self.init(rawValue: code)
    }

    /// As a configuration or a data set names it.
    package var name: StaticString {
        @_noAllocation get {
            switch self {
            case .englishCapital: "change_case:english_capital"
            case .englishLowercase: "change_case:english_lowercase"
            case .repeatPrompt: "combination:repeat_prompt"
            case .twoResponses: "combination:two_responses"
            case .numberPlaceholders: "detectable_content:number_placeholders"
            case .postscript: "detectable_content:postscript"
            case .constrainedResponse: "detectable_format:constrained_response"
            case .jsonFormat: "detectable_format:json_format"
            case .multipleSections: "detectable_format:multiple_sections"
            case .numberBulletLists: "detectable_format:number_bullet_lists"
            case .numberHighlightedSections: "detectable_format:number_highlighted_sections"
            case .title: "detectable_format:title"
            case .existence: "keywords:existence"
            case .forbiddenWords: "keywords:forbidden_words"
            case .frequency: "keywords:frequency"
            case .letterFrequency: "keywords:letter_frequency"
            case .responseLanguage: "language:response_language"
            case .nthParagraphFirstWord: "length_constraints:nth_paragraph_first_word"
            case .numberParagraphs: "length_constraints:number_paragraphs"
            case .numberWords: "length_constraints:number_words"
            case .noComma: "punctuation:no_comma"
            case .endChecker: "startend:end_checker"
            case .quotation: "startend:quotation"
            }
        }
    }

    /// The kind of that name, or nil. IFEval's `length_constraints:number_sentences` and
    /// `change_case:capital_word_frequency` are none: what counts there is what NLTK's tokenizers make of the text.
    @_noAllocation
    package static func named(_ name: ByteView) -> InstructionKind? {
        var code: UInt8 = 0
        while let kind = InstructionKind(rawValue: code) {
            if name.equals(ByteView(kind.name)) { return kind }
            code &+= 1
        }
        return nil
    }

    /// Whether the arguments are there that this kind is checked with.
    @_noAllocation
    package func isComplete(_ arguments: InstructionArguments) -> Bool {
        switch self {
        case .englishCapital, .englishLowercase, .twoResponses, .constrainedResponse, .jsonFormat, .title, .noComma,
            .quotation:
            true
        case .repeatPrompt: arguments.text("prompt_to_repeat") != nil
        case .numberPlaceholders: arguments.whole("num_placeholders") != nil
        case .postscript: arguments.text("postscript_marker") != nil
        case .multipleSections: arguments.text("section_spliter") != nil && arguments.whole("num_sections") != nil
        case .numberBulletLists: arguments.whole("num_bullets") != nil
        case .numberHighlightedSections: arguments.whole("num_highlights") != nil
        case .existence: arguments.hasTexts("keywords")
        case .forbiddenWords: arguments.hasTexts("forbidden_words")
        case .frequency:
            arguments.text("keyword") != nil && arguments.whole("frequency") != nil
                && arguments.isAtLeast("relation") != nil
        case .letterFrequency:
            arguments.text("letter") != nil && arguments.whole("let_frequency") != nil
                && arguments.isAtLeast("let_relation") != nil
        case .responseLanguage: arguments.text("language") != nil
        case .nthParagraphFirstWord:
            arguments.text("first_word") != nil && arguments.whole("num_paragraphs") != nil
                && arguments.whole("nth_paragraph") != nil
        case .numberParagraphs: arguments.whole("num_paragraphs") != nil
        case .numberWords: arguments.whole("num_words") != nil && arguments.isAtLeast("relation") != nil
        case .endChecker: arguments.text("end_phrase") != nil
        }
    }
}

/// What an instruction says beside its name: a JSON object's members. Texts are valid as long as its tape.
package struct InstructionArguments: BitwiseCopyable {
    private let tape: JSONTape
    /// Where the object stands on the tape; -1 without one.
    private let object: Int

    @_noAllocation
    package init(_ tape: JSONTape, object: Int) {
        self.tape = tape
        self.object = object
    }

    @_noAllocation
    private func place(_ key: StaticString) -> Int {
        object < 0 ? -1 : tape.member(ByteView(key), ofObjectAt: object)
    }

    /// A text that is not empty.
    @_noAllocation
    package func text(_ key: StaticString) -> ByteView? {
        let place = place(key)
        guard place >= 0, tape.isString(at: place), !tape.string(at: place).isEmpty else { return nil }
        return tape.string(at: place)
    }

    /// A whole number from 0 to a million.
    @_noAllocation
    package func whole(_ key: StaticString) -> Int? {
        let place = place(key)
        guard place >= 0, tape.isNumber(at: place), tape.number(at: place).isInteger else { return nil }
        let number = tape.number(at: place).double
        return number >= 0 && number <= 1_000_000 ? Int(number) : nil
    }

    /// True for `at least`, false for `less than`, nil for anything else.
    @_noAllocation
    package func isAtLeast(_ key: StaticString) -> Bool? {
        guard let relation = text(key) else { return nil }
        if relation.equals(ByteView("at least")) { return true }
        return relation.equals(ByteView("less than")) ? false : nil
    }

    /// Whether there is a list of texts, none of them empty.
    @_noAllocation
    package func hasTexts(_ key: StaticString) -> Bool {
        let place = place(key)
        guard place >= 0, tape.isArray(at: place), tape.count(ofContainerAt: place) > 0 else { return false }
        var cursor = place &+ 1
        let end = tape.end(ofContainerAt: place)
        while cursor < end {
            guard tape.isString(at: cursor), !tape.string(at: cursor).isEmpty else { return false }
            cursor = tape.next(after: cursor)
        }
        return true
    }

    /// The text of the list behind the one at `cursor`, which is 0 at first; nil at the end.
    @_noAllocation
    package func nextText(_ key: StaticString, _ cursor: inout Int) -> ByteView? {
        let list = place(key)
        if cursor == 0 { cursor = list &+ 1 }
        guard list >= 0, cursor < tape.end(ofContainerAt: list), tape.isString(at: cursor) else { return nil }
        let text = tape.string(at: cursor)
        cursor = tape.next(after: cursor)
        return text
    }
}
