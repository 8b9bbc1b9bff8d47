/// What the plans of one configuration need from a worker's scratch; gathered while they are compiled.
package struct ScratchRequirements {
    package var json = JSONScratch.Requirements()
    package var safety = SafetyScratch.Requirements()
    package var regex = RegexScratch.Requirements()
    package var language = LanguageScratch.Requirements()
    package var fold = FoldScratch.Requirements()
    package var instructions = InstructionScratch.Requirements()
    package var sequence = SequenceScratch.Requirements()
    package var math = MathScratch.Requirements()
    package var tokens = TokenScratch.Requirements()

    package init() {}
}

/// The working memory of one worker: everything a component needs beyond its plan, allocated before the first request.
///
/// Passed `inout` through the whole kernel, so exclusive access is proven at compile time and costs nothing.
package struct KernelScratch: ~Copyable {
    package var json: JSONScratch
    package var safety: SafetyScratch
    package var regex: RegexScratch
    package var language: LanguageScratch
    package var fold: FoldScratch
    package var instructions: InstructionScratch
    package var sequence: SequenceScratch
    package var math: MathScratch
    package var tokens: TokenScratch

    /// The most that one worker's scratch takes: texts, parser tape, matcher stacks, language arena, names of words (28 MB),
    /// case-folded completions. An upper bound that is checked against what is measured.
    package static var byteCountMax: Int { 80 << 20 }

    // Allocates: once per worker and configuration.
    package init(_ requirements: ScratchRequirements) throws(PlanError) {
        let json = try JSONScratch(requirements.json)
        let safety = try SafetyScratch(requirements.safety)
        let regex = try RegexScratch(requirements.regex)
        let language = try LanguageScratch(requirements.language)
        let instructions = try InstructionScratch(requirements.instructions)
        let sequence = try SequenceScratch(requirements.sequence)
        let tokens = try TokenScratch(requirements.tokens)
        self.json = json
        self.safety = safety
        self.regex = regex
        self.language = language
        self.instructions = instructions
        self.sequence = sequence
        self.tokens = tokens
        fold = FoldScratch(requirements.fold)
        math = MathScratch(requirements.math)
    }
}
