import ReportPages
import RewardStore

/// One session: what was drawn, who has answered how much, how far people agree.
struct SessionView {
    let session: ReviewSession
    let agreement: ReviewAgreement
    /// Whoever has just come from the last item.
    let labeler: String?

    var html: String {
        var frame = PageFrame("Session \(session.identifier): \(session.component)", .review)
        frame.trail = ("All sessions", "/review")
        return frame.html { main in
            if let labeler, session.itemCount > 0, session.answeredCount(labeler) == session.itemCount {
                main.note(.good, "\(labeler), you have answered all \(session.itemCount) items. Thank you.")
            }
            writeDoor(into: &main)
            main.element("h2", text: "Agreement")
            writeAgreement(into: &main)
            main.element("h2", text: "What was drawn")
            writeStrata(into: &main)
        }
    }

    /// Who are you?
    private func writeDoor(into main: inout Markup) {
        main.form("/review/\(session.identifier)/next", method: "get") { form in
            form.element("p", [.class("inline")]) { line in
                line.element("label", [.init("for", "as")], text: "Your name")
                line.leaf(
                    "input",
                    [
                        .init("id", "as"), .init("name", "as"), .init("value", labeler ?? ""), .init("required"),
                        .init("maxlength", "64"), .init("autocomplete", "name"), .init("list", "people"),
                        .init("autofocus"),
                    ])
                line.element("button", [.class("first")], text: "Start or go on")
            }
            form.element("datalist", [.init("id", "people")]) { list in
                for progress in session.progress { list.leaf("option", [.init("value", progress.labeler)]) }
            }
        }
        guard !session.progress.isEmpty else { return }
        main.element("ul") { list in
            for progress in session.progress {
                list.element("li") { item in
                    item.link(progress.labeler, ReviewPages.nextPath(session.identifier, as: progress.labeler))
                    item.text(": \(progress.answeredCount) of \(session.itemCount) answered ")
                    item.element(
                        "progress",
                        [
                            .init("value", "\(progress.answeredCount)"), .init("max", "\(session.itemCount)"),
                            .init("aria-label", "answered by \(progress.labeler)"),
                        ]
                    ) { _ in }
                }
            }
        }
    }

    private func writeAgreement(into main: inout Markup) {
        guard !agreement.isEmpty else {
            main.element("p", text: "Nobody has answered yet.")
            return
        }
        agreement.overview(agreement.pairs).write(into: &main)
        guard agreement.pairsByQuestion.count > 1 else { return }
        for (question, pairs) in agreement.pairsByQuestion {
            ReviewAgreement.table(
                "Of \(question)", pairs.map { ("\($0.first) and \($0.second)", $0) }
            ).write(into: &main)
        }
    }

    private func writeStrata(into main: inout Markup) {
        var table = Table(
            caption:
                "Each rollout stands for as many as its weight says: the inverse of the chance with which it was drawn",
            columns: ["stratum", .init("rollouts", .number), .init("drawn", .number), .init("weight", .number)])
        for stratum in session.strata {
            table.add([
                Cell(stratum.stratum.text), .count(stratum.rolloutCount), .count(stratum.drawnCount),
                stratum.drawnCount > 0
                    ? .number(Double(stratum.rolloutCount) / Double(stratum.drawnCount), fractionDigits: 2) : .none,
            ])
        }
        table.write(into: &main)
        main.element("dl", [.class("facts")]) { list in
            for (name, value) in [
                ("reward", session.reward), ("component", session.component), ("drawn", PageTime.text(session.at)),
                ("seed", "\(session.seed)"), ("threshold", "\(session.threshold)"),
                ("near", "within \(FigureText.decimal(session.band, fractionDigits: 3)) of it"),
            ] {
                list.element("div") { entry in
                    entry.element("dt", text: name)
                    entry.element("dd", text: value)
                }
            }
        }
    }
}

extension ReviewStratum {
    /// For people.
    var text: String {
        switch self {
        case .random: "random"
        case .nearThreshold: "near the threshold"
        case .judgesDisagree: "judges disagree"
        case .suspected: "suspected"
        }
    }
}
