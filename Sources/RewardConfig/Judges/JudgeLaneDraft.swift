import RewardJudge

/// The judge lane's part of a configuration while it is read: components name judges and rubrics, and ask them.
final class JudgeLaneDraft {
    var judges = NamedParts<JudgeSettings>(what: "judge")
    var rubrics = NamedParts<RubricDraft>(what: "rubric")
    var lane = LaneSettings()
    /// Where the cache names the file of the store.
    var cachePath: NodeReader?
    private var tasks: [JudgeTask] = []

    /// Notes what a component asks, and gives the index of the task.
    func add(_ task: JudgeTask) -> Int {
        tasks.append(task)
        return tasks.count - 1
    }

    /// Nil when no component is judged.
    var catalog: JudgeCatalog? {
        tasks.isEmpty ? nil : JudgeCatalog(judges: judges.all, tasks: tasks, lane: lane)
    }

    /// Reports what stands in the file and has no effect. A rubric says what is rewarded, so one that nobody asks is an
    /// error; a judge may be kept for another day.
    func reportUnused(judging: NodeReader?) {
        for rubric in rubrics.unused {
            rubric.reportKey("no component asks this rubric", suggestion: "name it in a component, or leave it out")
        }
        for judge in judges.unused { judge.warn(at: [], "no component asks this judge") }
        if tasks.isEmpty { judging?.warn(at: [], "no component is judged") }
    }
}
