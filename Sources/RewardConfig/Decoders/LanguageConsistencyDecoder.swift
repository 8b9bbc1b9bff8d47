import RewardKernel

extension ComponentDecoder {
    static let languageConsistency = ComponentDecoder(type: "language_consistency") { component in
        let expect = component.optional("expect").map(decodeExpectation) ?? .prompt
        let minLetters = component.optional("min_letters").map { $0.integer(in: 0...1_000_000) }
        let engine = component.optional("engine").map { $0.choice(LanguageEngine.self) } ?? .full
        guard let expect, let engine else { return nil }
        var settings = LanguageConsistencySettings(expect: expect, engine: engine)
        if let minLetters {
            guard let minLetters else { return nil }
            settings.minLetters = minLetters
        }
        return .languageConsistency(settings)
    }

    /// `prompt`, the code of a language, or `{field: name}`.
    private static func decodeExpectation(_ reader: NodeReader) -> ExpectedLanguage? {
        if reader.isMapping { return reader.fieldName().map(ExpectedLanguage.field) }
        let expected = "prompt, the code of a language or {field: name}"
        guard let text = reader.nonEmptyString(expected) else { return nil }
        return text == "prompt" ? .prompt : .language(text)
    }
}
