import ReportPages
import RewardStore

/// An item that the reviewer has answered: what they said, what the judge said and why.
struct AnswerView {
    let session: ReviewSession
    let item: ReviewItem
    let answer: ReviewAnswer
    let agreement: ReviewAgreement
    /// Whether the reviewer has answered all items.
    let isLast: Bool

    private var component: StoredRollout.Component? { item.rollout?.component(session.component) }

    var html: String {
        var frame = PageFrame("Item \(item.position + 1) of \(session.itemCount), answered", .review)
        frame.trail = ("Session \(session.identifier)", ReviewPages.path(session.identifier, as: answer.labeler))
        frame.keys = "next"
        return frame.html { main in
            ReviewProgress(session: session, labeler: answer.labeler).write(into: &main)
            main.element("div", [.class("columns")]) { columns in
                columns.element("div", [.class("texts")]) { texts in
                    if let rollout = item.rollout { RolloutTexts(rollout: rollout).write(into: &texts) }
                }
                columns.element("div", [.class("questions")]) { side in
                    writeActions(into: &side)
                    writeVerdict(into: &side)
                    agreement.overview(agreement.pairs(of: answer.labeler), isNarrow: true).write(into: &side)
                    writeReason(into: &side)
                }
            }
        }
    }

    private func writeActions(into side: inout Markup) {
        side.element("div", [.class("actions")]) { line in
            let path = ReviewPages.nextPath(session.identifier, as: answer.labeler)
            line.element("a", [.href(.path(path)), .class("first"), .init("id", "next")]) { link in
                link.text(isLast ? "To the session" : "Next item")
                link.key("Enter")
            }
            UndoForm(session: session, labeler: answer.labeler).write(into: &line)
        }
    }

    private func writeVerdict(into side: inout Markup) {
        if session.criteria.isEmpty {
            write(
                "As a whole", answer.choices.first ?? .cannotTell, judged: component?.score.map(ReviewChoice.value),
                nil, into: &side)
        }
        for (criterion, choice) in zip(session.criteria, answer.choices) {
            let finding = component?.findings.first { $0.name == criterion.name }
            let judged: ReviewChoice? = finding.map { finding in
                switch finding.judgement {
                case "met": .met
                case "unmet": .unmet
                default: .cannotTell
                }
            }
            write(criterion.name, choice, judged: judged, finding?.reason, into: &side)
        }
        if let note = answer.note { side.element("p", [.init("dir", "auto")], text: "Your note: \(note)") }
        let judge = component?.judge ?? "unknown"
        side.element("p", [.class("help"), .init("dir", "auto")]) { line in
            line.text("Judge: \(judge)")
            if let score = component?.score {
                line.text(", score \(FigureText.decimal(score, fractionDigits: 3))")
            }
        }
        guard let rationale = component?.rationale, !rationale.isEmpty else { return }
        if component?.findings.contains(where: { $0.reason != nil }) == true {
            // The rationale then is the criteria and their reasons once more.
            side.element("details") { details in
                details.element("summary", text: "The whole rationale")
                details.element("div", [.class("words"), .init("dir", "auto")], text: VisibleText.of(rationale))
            }
        } else {
            side.element("div", [.class("words"), .init("dir", "auto")], text: VisibleText.of(rationale))
        }
    }

    private func write(
        _ name: String, _ choice: ReviewChoice, judged: ReviewChoice?, _ reason: String?, into side: inout Markup
    ) {
        let isSame = judged.map { isPass($0) == isPass(choice) }
        let look = isSame.map { $0 ? "criterion same" : "criterion differs" } ?? "criterion"
        side.element("fieldset", [.class(look)]) { row in
            row.element("legend", text: name)
            row.element("dl", [.class("pair")]) { list in
                list.element("dt", text: "you")
                list.element("dd", text: text(choice))
                list.element("dt", text: "judge")
                list.element("dd") { said in
                    said.text(judged.map(text) ?? "said nothing of it")
                    if isSame == false { said.text(", not what you say") }
                }
                if let reason {
                    list.element("dt", text: "why")
                    list.element("dd", [.init("dir", "auto")], text: VisibleText.of(reason))
                }
            }
        }
    }

    /// Nil where somebody cannot tell.
    private func isPass(_ choice: ReviewChoice) -> Bool? {
        guard case .value(let value) = choice else { return nil }
        return value >= (session.criteria.isEmpty ? session.threshold : 0.5)
    }

    private func text(_ choice: ReviewChoice) -> String {
        switch choice {
        case .cannotTell: "cannot tell"
        case .value(let value):
            session.criteria.isEmpty ? FigureText.decimal(value, fractionDigits: 2) : value >= 0.5 ? "met" : "not met"
        }
    }

    private func writeReason(into side: inout Markup) {
        side.element("p", [.class("help")]) { line in
            line.text("Drawn as: \(item.stratum.text). It stands for ")
            line.text(FigureText.decimal(item.weight, fractionDigits: 1))
            line.text(" rollouts. ")
            if let rollout = item.rollout { line.link("All its components", "/rollout/\(rollout.key)") }
        }
    }
}
