/// What is held against people: a reward, a component of it, or a criterion of that.
package enum CalibrationSubject: Hashable, Sendable, Comparable {
    case reward
    case component(String)
    case criterion(component: String, name: String)

    package var name: String {
        switch self {
        case .reward: "reward"
        case .component(let name): name
        case .criterion(let component, let name): "\(component).\(name)"
        }
    }

    /// What the judge found of it in a rollout.
    enum Verdict: Equatable {
        /// From 0 to 1 mostly; `isMet` where the judge itself decided.
        case scored(Double, isMet: Bool?)
        case parseFailed
        /// No score for another reason.
        case none(reason: String)
        /// The rollout has no such component.
        case absent
    }

    func verdict(of rollout: ScoredRollout) -> Verdict {
        switch self {
        case .reward:
            return rollout.reward.map { .scored($0, isMet: nil) } ?? Self.failure(rollout.status)
        case .component(let name):
            guard let component = rollout.component(name) else { return .absent }
            return component.score.map { .scored($0, isMet: nil) } ?? Self.failure(component.status)
        case .criterion(let name, let criterion):
            guard let component = rollout.component(name) else { return .absent }
            guard let finding = component.findings.first(where: { $0.name == criterion }) else {
                return component.score == nil ? Self.failure(component.status) : .none(reason: "not asked")
            }
            switch finding.judgement {
            case "met": return .scored(finding.probability ?? 1, isMet: true)
            case "unmet": return .scored(finding.probability ?? 0, isMet: false)
            default: return .none(reason: "cannot assess")
            }
        }
    }

    private static func failure(_ status: String) -> Verdict {
        status == "neutral(parse_failed)" ? .parseFailed : .none(reason: status)
    }

    private var key: (Int, String, String) {
        switch self {
        case .reward: (2, "", "")
        case .component(let name): (1, name, "")
        case .criterion(let component, let name): (0, component, name)
        }
    }

    package static func < (left: CalibrationSubject, right: CalibrationSubject) -> Bool { left.key < right.key }
}
