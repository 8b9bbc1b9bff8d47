import RewardConfig
import RewardJudge
import RewardKernel

/// The judged component that a trial is about.
package struct TrialSubject: Sendable {
    package let configuration: Configuration
    package let reward: RewardSettings
    package let component: RewardComponentSettings
    package let settings: JudgedSettings
    package let catalog: JudgeCatalog
    package let task: JudgeTask

    /// - Parameters:
    ///   - rewardName: May be left out where there is one reward.
    ///   - componentName: May be left out where the reward has one judged component.
    /// - Throws: `TrialError.usage`, with the names that there are.
    package init(
        _ configuration: Configuration, reward rewardName: String?, component componentName: String?
    ) throws(TrialError) {
        let reward = try Self.pick(
            rewardName, among: configuration.rewards, name: \.name, what: "reward", flag: "--reward",
            of: configuration.file)
        let judged = reward.components.filter { if case .judged = $0.component { true } else { false } }
        guard !judged.isEmpty, let catalog = configuration.judges else {
            throw .usage("the reward `\(reward.name)` of \(configuration.file) has no component that a judge scores")
        }
        let component = try Self.pick(
            componentName, among: judged, name: \.name, what: "judged component", flag: "--component",
            of: "the reward `\(reward.name)`")
        guard case .judged(let settings) = component.component else {
            preconditionFailure("only judged components are picked")
        }
        self.configuration = configuration
        self.reward = reward
        self.component = component
        self.settings = settings
        self.catalog = catalog
        task = catalog.tasks[settings.task]
    }

    /// The judges that score it, by name and model.
    package var judgeTitle: String {
        var titles = task.judges.map(title)
        if let light = task.light { titles.insert(title(light.judge) + " first", at: 0) }
        return titles.joined(separator: ", ")
    }

    /// A judge by its name and models.
    package func title(_ judge: Int) -> String {
        let models = Set(catalog.judges[judge].endpoints.map(\.endpoint.model)).sorted().joined(separator: ", ")
        return "\(catalog.judges[judge].name) (\(models))"
    }

    /// The rubric, where the component has one.
    package var rubric: Rubric? {
        if case .rubric(let question) = task.question { question.rubric } else { nil }
    }

    private static func pick<Element>(
        _ wanted: String?, among elements: [Element], name: (Element) -> String, what: String, flag: String,
        of owner: String
    ) throws(TrialError) -> Element {
        guard let wanted else {
            if elements.count == 1 { return elements[0] }
            let names = elements.map(name).joined(separator: ", ")
            throw .usage("\(flag) is missing; \(owner) has: \(names)")
        }
        if let found = elements.first(where: { name($0) == wanted }) { return found }
        let names = elements.map(name)
        let suggestion = NearestName.suggestion(for: wanted, in: names, listed: "\(owner) has")
        throw .usage("no \(what) is called \(Quoting.quoted(wanted))" + (suggestion.map { "; \($0)" } ?? ""))
    }
}
