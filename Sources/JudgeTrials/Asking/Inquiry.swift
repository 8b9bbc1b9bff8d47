import RewardJudge
import RewardKernel

/// One question to the judges of a task: about a rollout, or about the rollouts of a group.
package struct Inquiry: Sendable, Equatable {
    /// The index of the task in the catalogue that the desk works by.
    package var task: Int
    /// Their rows are those of the file that they come from.
    package var rollouts: [JudgedRollout]

    package init(task: Int, rollouts: [JudgedRollout]) {
        self.task = task
        self.rollouts = rollouts
    }
}

/// What came of an inquiry.
package struct InquiryAnswer: Sendable, Equatable {
    /// One for each rollout of the inquiry, in its order.
    package var answers: [JudgeAnswer]
    /// What was said of each pair, by places in the inquiry.
    package var pairs: [JudgedPair]
    package var usage: JudgeUsage
    /// From handing it in to its answer.
    package var seconds: Double

    package init(
        answers: [JudgeAnswer], pairs: [JudgedPair] = [], usage: JudgeUsage = JudgeUsage(), seconds: Double = 0
    ) {
        self.answers = answers
        self.pairs = pairs
        self.usage = usage
        self.seconds = seconds
    }
}

extension JudgeAnswer {
    /// The guard's gate decided: no judge was asked.
    package var isGated: Bool { status == .scored && judge.isEmpty }
}
