/// A page of one file: nothing is fetched, nothing runs.
package struct Page: Sendable, Equatable {
    package var title: String
    /// What the page says, in a sentence or two.
    package var lead: Prose?
    /// Where it comes from: configuration, judge, file, date.
    package var facts: [Fact]
    package var sections: [Section]
    /// What made it: `plaudit 0.5`.
    package var footer: String?

    package init(
        title: String, lead: Prose? = nil, facts: [Fact] = [], sections: [Section] = [], footer: String? = nil
    ) {
        self.title = title
        self.lead = lead
        self.facts = facts
        self.sections = sections
        self.footer = footer
    }

    package struct Fact: Sendable, Equatable {
        package var name: String
        package var value: Prose

        package init(_ name: String, _ value: Prose) {
            self.name = name
            self.value = value
        }
    }
}

package struct Section: Sendable, Equatable {
    package var heading: String
    package var blocks: [Block]

    package init(_ heading: String, _ blocks: [Block] = []) {
        self.heading = heading
        self.blocks = blocks
    }
}

/// A part of a section.
package enum Block: Sendable, Equatable {
    case paragraph(Prose)
    case list([Prose])
    /// What matters most, large.
    case keyFigures([KeyFigure])
    /// Limits that were held or broken.
    case checks([Check])
    /// A remark that stands out.
    case note(Tone, Prose)
    case table(Table)
    case plot(Plot)
    case quotation(Quotation)
    /// Folded away until it is opened.
    case details(String, [Block])
    /// A heading below the section's.
    case subheading(String)
}

package struct KeyFigure: Sendable, Equatable {
    package var name: String
    package var value: String
    package var note: String?
    package var tone: Tone?

    package init(_ name: String, _ value: String, note: String? = nil, tone: Tone? = nil) {
        self.name = name
        self.value = value
        self.note = note
        self.tone = tone
    }
}

/// A limit, and whether it was held.
package struct Check: Sendable, Equatable {
    package var name: String
    package var outcome: Outcome
    /// The figure and its limit, or why there is no figure.
    package var detail: String

    package enum Outcome: Sendable, Equatable {
        case passed
        case failed
        /// There is no figure to hold against the limit.
        case undefined

        var tone: Tone {
            switch self {
            case .passed: .good
            case .failed: .bad
            case .undefined: .undefined
            }
        }

        var word: String {
            switch self {
            case .passed: "pass"
            case .failed: "fail"
            case .undefined: "undefined"
            }
        }
    }

    package init(_ name: String, _ outcome: Outcome, _ detail: String) {
        self.name = name
        self.outcome = outcome
        self.detail = detail
    }
}

/// Somebody else's words: a prompt, a completion, a rationale.
package struct Quotation: Sendable, Equatable {
    package var name: String
    package var text: String

    /// - Parameter characterCountMax: Longer texts are cut, and the page says so.
    package init(_ name: String, _ text: String, characterCountMax: Int = 4_000) {
        self.name = name
        self.text = Quotation.cut(text, characterCountMax)
    }

    static func cut(_ text: String, _ characterCountMax: Int) -> String {
        guard text.utf8.count > characterCountMax else { return text }
        let head = text.prefix(characterCountMax)
        guard head.endIndex < text.endIndex else { return text }
        return head + "… (\(FigureText.count(text.utf8.count - head.utf8.count)) more bytes)"
    }
}
