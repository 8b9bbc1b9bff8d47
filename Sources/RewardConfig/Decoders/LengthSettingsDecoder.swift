import RewardKernel

extension MappingReader {
    /// `unit`, and `tokenizer` where tokens are to be counted here.
    func lengthSettings(default unit: LengthUnit) -> LengthSettings? {
        let unit = optional("unit").map { $0.choice(LengthUnit.self) } ?? unit
        guard let reader = optional("tokenizer") else { return unit.map { LengthSettings($0) } }
        let tokenizer = TokenizerDecoder.decode(reader)
        guard let unit, let tokenizer else { return nil }
        guard unit == .tokens else {
            reader.reportKey(
                "a tokenizer counts tokens, and the unit is `\(unit.rawValue)`", suggestion: "`unit: tokens`")
            return nil
        }
        return LengthSettings(unit, tokenizer: tokenizer)
    }
}
