package import RewardKernel

/// Where the server hands in what only a judge can tell. Implemented by the judge lane; the server knows no more of it.
package protocol JudgeDesk: AnyObject, Sendable {
    /// Takes work from any thread. Its answer comes to the work's mailbox exactly once, by its deadline, unless it was
    /// refused here: then the desk is full.
    func submit(_ work: JudgeWork) -> Bool
    /// Nobody waits for the work of this ticket any more; calls under way are given up. What was told already stays told.
    func cancel(_ ticket: JudgeTicket)
    /// Answers all work at once with what it has; the rest is `neutral(shutting_down)`. Takes no more.
    func shutDown()
    /// How long judges may take where a request names no deadline.
    var deadlineMilliseconds: UInt64 { get }
    /// Counters since the start, in the order of their names in `stats`.
    var statistics: JudgeStatistics { get }
}

/// Tells work apart, over all connections and configurations.
package struct JudgeTicket: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

/// The judged part of one request.
package struct JudgeWork: Sendable {
    package let ticket: JudgeTicket
    /// Monotonic; the answer is there by then.
    package let deadlineNanoseconds: UInt64
    package let rollouts: [JudgedRollout]
    package let questions: [JudgeQuestion]
    package let mailbox: JudgeMailbox

    package init(
        ticket: JudgeTicket, deadlineNanoseconds: UInt64, rollouts: [JudgedRollout], questions: [JudgeQuestion],
        mailbox: JudgeMailbox
    ) {
        self.ticket = ticket
        self.deadlineNanoseconds = deadlineNanoseconds
        self.rollouts = rollouts
        self.questions = questions
        self.mailbox = mailbox
    }
}

/// What one component wants to know.
package struct JudgeQuestion: Sendable, Equatable {
    /// The component's index in its reward.
    package var component: Int
    /// The index of the task in the configuration.
    package var task: Int
    /// Indices into the work's rollouts: one for a rubric, a whole group for preferences.
    package var rollouts: [Int]

    package init(component: Int, task: Int, rollouts: [Int]) {
        self.component = component
        self.task = task
        self.rollouts = rollouts
    }
}

/// What became of a component of a row.
package struct JudgeAnswer: Sendable, Equatable {
    package var row: Int
    package var component: Int
    /// Finite; means something only when `status` is `.scored`.
    package var score: Double
    package var status: Status
    /// What the judge said, or why there is no score.
    package var rationale: String
    /// Who was asked: names and models.
    package var judge = ""
    /// What was found of each criterion, where a rubric has criteria.
    package var findings: [CriterionFinding] = []

    package init(row: Int, component: Int, score: Double, status: Status, rationale: String) {
        self.row = row
        self.component = component
        self.score = score
        self.status = status
        self.rationale = rationale
    }
}

extension JudgeAnswer {
    /// The findings as JSON; nil where there are none.
    package var verdictJSON: [UInt8]? {
        findings.isEmpty ? nil : try? JSONWriter.bytes(of: VerdictText.json(of: findings))
    }
}

/// What a request's judging cost.
package struct JudgeUsage: Sendable, Equatable {
    package var callCount = 0
    package var cachedCount = 0
    package var inputTokenCount = 0
    package var outputTokenCount = 0
    /// In the currency of the configuration's prices.
    package var cost: Double = 0

    package init() {}

    package mutating func add(_ other: JudgeUsage) {
        callCount += other.callCount
        cachedCount += other.cachedCount
        inputTokenCount += other.inputTokenCount
        outputTokenCount += other.outputTokenCount
        cost += other.cost
    }
}

/// Two rollouts that a judge compared.
package struct JudgedPair: Sendable, Equatable {
    package var component: Int
    /// The rows of the two.
    package var firstRow: Int
    package var secondRow: Int
    /// With the first row shown as A; nil when that call failed.
    package var straight: PreferenceVerdict.Choice?
    /// With the second row shown as A.
    package var swapped: PreferenceVerdict.Choice?

    package init(
        component: Int, firstRow: Int, secondRow: Int, straight: PreferenceVerdict.Choice?,
        swapped: PreferenceVerdict.Choice?
    ) {
        self.component = component
        self.firstRow = firstRow
        self.secondRow = secondRow
        self.straight = straight
        self.swapped = swapped
    }
}

/// All answers to one piece of work: one for every row of every question.
package struct JudgeWorkAnswer: Sendable, Equatable {
    package var ticket: JudgeTicket
    package var answers: [JudgeAnswer]
    package var usage: JudgeUsage
    /// What was said of each pair that was compared, in both orders.
    package var pairs: [JudgedPair]

    package init(ticket: JudgeTicket, answers: [JudgeAnswer], usage: JudgeUsage, pairs: [JudgedPair] = []) {
        self.ticket = ticket
        self.answers = answers
        self.usage = usage
        self.pairs = pairs
    }
}
