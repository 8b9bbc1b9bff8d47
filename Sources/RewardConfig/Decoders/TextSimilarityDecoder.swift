import RewardKernel

extension ComponentDecoder {
    static let textSimilarity = ComponentDecoder(type: "text_similarity") { component in
        let metric = component.required("metric", suggestion: "such as `metric: rouge_l`")?
            .choice(SimilarityMetric.self)
        let reference = component.optional("reference").map { $0.operand() } ?? .referenceAnswer
        guard let metric, let reference else { return nil }
        return .textSimilarity(TextSimilaritySettings(metric: metric, reference: .operand(reference)))
    }
}
