import RewardKernel
import RewardMemory

extension ComponentDecoder {
    static let repetitionPenalty = ComponentDecoder(type: "repetition_penalty") { component in
        let unit = component.optional("unit").map { $0.choice(RepetitionUnit.self) } ?? .words
        let ngramSize = component.optional("ngram_size").map { $0.integer(in: 1...Limits.repetitionSizeMax) } ?? 3
        let maxPenaltyReader = component.optional("max_penalty")
        let maxPenalty = maxPenaltyReader.map { $0.number() } ?? -1
        guard let unit, let ngramSize, let maxPenalty else { return nil }
        guard maxPenalty <= 0 else {
            maxPenaltyReader?.report("a penalty is not above 0")
            return nil
        }
        return .repetitionPenalty(
            RepetitionPenaltySettings(unit: unit, ngramSize: ngramSize, maxPenalty: maxPenalty))
    }
}
