internal import RewardKernel

/// The votes on one completion: of each judge asked, each answer, each part of the rubric that was asked by itself.
struct RubricBallot {
    /// Judges by their index in the catalogue.
    let voters: [Int]
    let sampleCount: Int
    /// Calls that the rubric is divided into.
    let partCount: Int
    /// Calls that have not ended.
    var openCallCount = 0
    private var parts: [Result<Verdict, JudgeFailure>?]

    init(voters: [Int], sampleCount: Int, partCount: Int) {
        self.voters = voters
        self.sampleCount = sampleCount
        self.partCount = partCount
        parts = Array(repeating: nil, count: voters.count * sampleCount * partCount)
    }

    mutating func set(voter: Int, sample: Int, part: Int, _ outcome: Result<Verdict, JudgeFailure>) {
        precondition(part < partCount && sample < sampleCount, "a vote lies inside its ballot")
        parts[(voter * sampleCount + sample) * partCount + part] = outcome
    }

    /// The opinion of each voter that has one; of the others, why not.
    func opinions(_ question: RubricQuestion) -> (opinions: [Opinion], failure: JudgeFailure?) {
        var opinions: [Opinion] = []
        var failure: JudgeFailure?
        for voter in voters.indices {
            var answers: [Opinion] = []
            for sample in 0..<sampleCount {
                switch opinion(voter, sample, question) {
                case .success(let opinion): answers.append(opinion)
                case .failure(let reason): failure = failure ?? reason
                }
            }
            // Where some of a judge's answers are lost, the rest must still be more than half to speak for it.
            guard answers.count * 2 > sampleCount, let opinion = Opinion(majorityOf: answers) else { continue }
            opinions.append(opinion)
        }
        return (opinions, failure)
    }

    private func opinion(_ voter: Int, _ sample: Int, _ question: RubricQuestion) -> Result<Opinion, JudgeFailure> {
        var verdicts: [RubricVerdict] = []
        for part in 0..<partCount {
            switch parts[(voter * sampleCount + sample) * partCount + part] {
            case .success(.criteria(let verdict)): verdicts.append(verdict)
            case .success(.scale(let verdict)):
                guard case .scale(let scale) = question.rubric.measure else { return .failure(Self.wrongKind) }
                return .success(Opinion(measure: .scale(scale.score(verdict.value), reason: verdict.reason)))
            case .success(.preference), .success(.group): return .failure(Self.wrongKind)
            case .failure(let failure): return .failure(failure)
            case nil: return .failure(JudgeFailure(.parseFailed, "the judge gave fewer answers than were asked for"))
            }
        }
        return .success(Opinion(criteria: RubricVerdict(joining: verdicts)))
    }

    private static var wrongKind: JudgeFailure {
        JudgeFailure(.parseFailed, "the judge answered another kind of question")
    }
}
