import RewardStore
import RewardValidation

/// How far the people of a session agree with each other and with the judge.
struct ReviewAgreement: Sendable {
    /// In one or several questions, on the items that both have answered; what somebody could not tell is left out.
    struct Pair: Sendable {
        let first: String
        let second: String
        let table: ConfusionTable<Int>
        let kappa: Estimate<Double>
    }

    static let judge = "judge"

    /// Every two raters over all questions: people in the order of their names, then the judge.
    let pairs: [Pair]
    /// The same for each question.
    let pairsByQuestion: [(question: String, pairs: [Pair])]

    /// A criterion is met or not; a component that is judged as a whole passes from the session's threshold on.
    init(_ session: ReviewSession, answers: [ReviewAnswer], verdicts: [ReviewVerdict]) {
        let labelers = session.progress.map(\.labeler)
        let raters = labelers + [Self.judge]
        func isPass(_ choice: ReviewChoice) -> Int? {
            guard case .value(let value) = choice else { return nil }
            return value >= (session.criteria.isEmpty ? session.threshold : 0.5) ? 1 : 0
        }
        // By question, rater and item.
        let blank = [[Int?]](repeating: [Int?](repeating: nil, count: session.itemCount), count: raters.count)
        var ratings = [[[Int?]]](repeating: blank, count: session.choiceCount)
        for answer in answers {
            guard let rater = labelers.firstIndex(of: answer.labeler), answer.position < session.itemCount else {
                continue
            }
            for (question, choice) in answer.choices.enumerated() {
                ratings[question][rater][answer.position] = isPass(choice)
            }
        }
        for verdict in verdicts where verdict.position < session.itemCount {
            for (question, choice) in verdict.choices.enumerated() where question < session.choiceCount {
                ratings[question][raters.count - 1][verdict.position] = isPass(choice)
            }
        }
        let all = raters.indices.map { rater in ratings.flatMap { $0[rater] } }
        pairs = Self.pairs(all, raters)
        let names = session.criteria.isEmpty ? [session.component] : session.criteria.map(\.name)
        pairsByQuestion = zip(names, ratings).map { ($0, Self.pairs($1, raters)) }
    }

    private static func pairs(_ ratings: [[Int?]], _ raters: [String]) -> [Pair] {
        KappaMatrix(ratings: ratings).cells.map { cell in
            Pair(first: raters[cell.first], second: raters[cell.second], table: cell.table, kappa: cell.kappa.value)
        }
    }

    /// Those in which somebody has a part.
    func pairs(of labeler: String) -> [Pair] {
        pairs.filter { $0.first == labeler || $0.second == labeler }
    }

    /// Whether two people have answered something both, or one person something that the judge has judged.
    var isEmpty: Bool { pairs.allSatisfy { $0.table.count == 0 } }
}
