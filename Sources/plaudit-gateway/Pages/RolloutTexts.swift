import ReportPages
import RewardStore

/// Prompt, completion and reference answer of a rollout. Somebody else's words: text, whatever they look like.
struct RolloutTexts {
    let rollout: StoredRollout

    func write(into markup: inout Markup) {
        switch rollout.prompt {
        case .none: break
        case .text(let text): write("Prompt", text, into: &markup)
        case .messages(let messages):
            markup.element("h2", text: "Prompt")
            markup.element("div", [.class("words")]) { words in
                for message in messages {
                    words.element("span", [.class("message")]) { one in
                        one.element("span", [.class("role")], text: VisibleText.of(message.role))
                        one.element("span", [.init("dir", "auto")], text: VisibleText.of(message.content))
                    }
                }
            }
        }
        write("Completion", rollout.completion ?? "", into: &markup, class: "words completion")
        if let reference = rollout.referenceAnswer { write("Reference answer", reference, into: &markup) }
        if rollout.isCut { markup.note(.warning, "A text is longer than what the store keeps of it.") }
    }

    private func write(_ title: String, _ text: String, into markup: inout Markup, class name: String = "words") {
        markup.element("h2", text: title)
        if text.isEmpty {
            markup.element("p", [.class("help")], text: "(empty)")
        } else {
            markup.element("div", [.class(name), .init("dir", "auto")], text: VisibleText.of(text))
        }
    }
}
