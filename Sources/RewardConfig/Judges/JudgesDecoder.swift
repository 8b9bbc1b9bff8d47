import RewardJudge

/// Decodes the `judges:` part.
enum JudgesDecoder {
    static func decode(_ reader: NodeReader) {
        let draft = reader.context.judgeLane
        guard let mapping = reader.mapping("a mapping from judge names to judges") else {
            draft.judges.areNamesKnown = false
            return
        }
        let values = mapping.values
        guard values.count <= JudgeLaneLimits.judgeCountMax else {
            reader.report("has \(values.count) judges; at most \(JudgeLaneLimits.judgeCountMax) are allowed")
            draft.judges.areNamesKnown = false
            return
        }
        for (name, value) in values {
            value.checkName(name, of: "a judge")
            draft.judges.declare(name, JudgeDecoder.decode(value, name: name), at: value)
        }
        let endpointCount = draft.judges.all.reduce(0) { $0 + $1.endpoints.count }
        if endpointCount > JudgePool.endpointCountMax {
            reader.report(
                "the judges have \(endpointCount) endpoints; at most \(JudgePool.endpointCountMax) are allowed")
        }
    }
}
