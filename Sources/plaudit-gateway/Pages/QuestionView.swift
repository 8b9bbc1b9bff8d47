import ReportPages
import RewardStore

/// An item that the reviewer has not answered: the texts, and the judge's questions without its answers.
struct QuestionView {
    let session: ReviewSession
    let item: ReviewItem
    let labeler: String
    /// What had been chosen before it was taken back.
    let earlier: [String]

    var html: String {
        var frame = PageFrame("Item \(item.position + 1) of \(session.itemCount)", .review)
        frame.trail = ("Session \(session.identifier)", ReviewPages.path(session.identifier, as: labeler))
        frame.keys = "answer"
        return frame.html { main in
            ReviewProgress(session: session, labeler: labeler).write(into: &main)
            main.element("div", [.class("columns")]) { columns in
                columns.element("div", [.class("texts")]) { texts in
                    if let rollout = item.rollout {
                        RolloutTexts(rollout: rollout).write(into: &texts)
                    } else {
                        texts.note(.bad, "This rollout is not in the store any more; say that you cannot tell.")
                    }
                }
                columns.element("div", [.class("questions")]) { writeQuestions(into: &$0) }
            }
        }
    }

    private func writeQuestions(into questions: inout Markup) {
        let path = "/review/\(session.identifier)/item/\(item.position + 1)"
        questions.element("form", [.action(.path(path)), .init("method", "post"), .init("id", "answer")]) { form in
            form.hidden("as", labeler)
            if session.criteria.isEmpty {
                write(0, legend: "How good is it, by \(session.component)?", text: "", choices: Self.steps, into: &form)
            }
            for (index, criterion) in session.criteria.enumerated() {
                write(
                    index, legend: criterion.name, text: criterion.text, isNegative: criterion.isNegative,
                    choices: Self.verdicts, into: &form)
            }
            form.element("p") { line in
                line.element("label", [.init("for", "note")]) { label in
                    label.text("Note, if there is something to say ")
                    label.key("t")
                }
                line.element(
                    "textarea",
                    [.init("id", "note"), .init("name", "note"), .init("rows", "2"), .init("maxlength", "1000")]
                ) { _ in }
            }
            form.element("p", [.class("actions")]) { line in
                line.element("button", [.class("first")]) { button in
                    button.text("Answer, and see the judge")
                    button.key("Enter")
                }
            }
        }
        UndoForm(session: session, labeler: labeler).write(into: &questions)
        questions.element("p", [.class("help")]) { help in
            help.text("Keys: ")
            help.key(session.criteria.isEmpty ? "0" : "1")
            help.text(" to ")
            help.key(session.criteria.isEmpty ? "5" : "3")
            help.text(" choose in the marked row, ")
            help.key("j")
            help.text(" and ")
            help.key("k")
            help.text(" move the mark; in the note, ")
            help.key("Esc")
            help.text(" leaves it and ")
            help.key("Ctrl")
            help.key("Enter")
            help.text(" answers.")
        }
    }

    private static let verdicts: [(key: String, name: String, choice: ReviewChoice)] = [
        ("1", "Met", .met), ("2", "Not met", .unmet), ("3", "Cannot tell", .cannotTell),
    ]
    private static let steps: [(key: String, name: String, choice: ReviewChoice)] = [
        ("1", "Bad", .value(0)), ("2", "Rather bad", .value(0.25)), ("3", "So so", .value(0.5)),
        ("4", "Rather good", .value(0.75)), ("5", "Good", .value(1)), ("0", "Cannot tell", .cannotTell),
    ]

    private func write(
        _ index: Int, legend: String, text: String, isNegative: Bool = false,
        choices: [(key: String, name: String, choice: ReviewChoice)], into form: inout Markup
    ) {
        form.element("fieldset", [.class("criterion")]) { row in
            row.element("legend", text: legend)
            if !text.isEmpty { row.element("p", text: text) }
            if isNegative { row.element("p", [.class("help")], text: "An error: met means that it is there.") }
            row.element("div", [.class("choices")]) { list in
                for (key, name, choice) in choices {
                    list.element("label") { label in
                        var attributes: [Attribute] = [
                            .init("type", "radio"), .init("name", "choice-\(index)"), .init("value", choice.formText),
                            .init("required"), .init("data-key", key),
                        ]
                        if earlier.indices.contains(index), earlier[index] == choice.formText {
                            attributes.append(.init("checked"))
                        }
                        label.leaf("input", attributes)
                        label.text(name)
                        label.key(key)
                    }
                }
            }
        }
    }
}

/// How far the reviewer is.
struct ReviewProgress {
    let session: ReviewSession
    let labeler: String

    func write(into main: inout Markup) {
        let done = session.answeredCount(labeler)
        main.element("p", [.class("progress")]) { line in
            line.element(
                "progress",
                [.init("value", "\(done)"), .init("max", "\(session.itemCount)"), .init("aria-hidden", "true")]
            ) { _ in }
            line.element("span", text: "\(labeler): \(done) of \(session.itemCount) answered")
        }
    }
}

/// Takes the latest answer back.
struct UndoForm {
    let session: ReviewSession
    let labeler: String

    func write(into markup: inout Markup) {
        guard session.answeredCount(labeler) > 0 else { return }
        markup.element(
            "form",
            [.action(.path("/review/\(session.identifier)/undo")), .init("method", "post"), .init("id", "undo")]
        ) { form in
            form.hidden("as", labeler)
            form.element("button") { button in
                button.text("Take my latest answer back")
                button.key("u")
            }
        }
    }
}
