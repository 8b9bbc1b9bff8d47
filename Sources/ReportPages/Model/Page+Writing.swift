extension Page {
    /// A page with fewer sections needs no table of contents.
    private static let contentsSectionCountMin = 3

    /// The whole file.
    package var html: String {
        var markup = Markup()
        markup.literal("<!DOCTYPE html>\n")
        markup.element("html", [.init("lang", "en")]) { html in
            html.newLine()
            html.element("head") { writeHead(into: &$0) }
            html.newLine()
            html.element("body") { writeBody(into: &$0) }
        }
        markup.newLine()
        return markup.html
    }

    private func writeHead(into head: inout Markup) {
        head.leaf("meta", [.init("charset", "utf-8")])
        head.leaf("meta", [.init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")])
        // Should text ever become markup after all: nothing is fetched, nothing runs, nothing is sent.
        head.leaf(
            "meta",
            [
                .init("http-equiv", "Content-Security-Policy"),
                .init("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
            ])
        head.leaf("meta", [.init("name", "color-scheme"), .init("content", "light dark")])
        head.element("title", text: title)
        head.element("style") { $0.literal(PageStyle.sheet) }
    }

    private func writeBody(into body: inout Markup) {
        body.newLine()
        body.element("header") { header in
            header.element("h1", text: title)
            if let lead { header.element("p", [.class("lead")]) { lead.write(into: &$0) } }
            if !facts.isEmpty { header.element("dl", [.class("facts")]) { writeFacts(into: &$0) } }
        }
        body.newLine()
        if sections.count >= Self.contentsSectionCountMin {
            body.element("nav", [.init("aria-label", "Contents")]) { nav in
                nav.element("ol") { list in
                    for (index, section) in sections.enumerated() {
                        list.element("li") { $0.element("a", [.href(.section(index + 1))], text: section.heading) }
                    }
                }
            }
            body.newLine()
        }
        body.element("main") { main in
            var plotCount = 0
            for (index, section) in sections.enumerated() {
                let identifier = "section-\(index + 1)"
                main.newLine()
                main.element("section", [.init("aria-labelledby", identifier)]) { element in
                    element.element("h2", [.init("id", identifier)], text: section.heading)
                    element.newLine()
                    for block in section.blocks { block.write(into: &element, plotCount: &plotCount) }
                }
            }
        }
        body.newLine()
        if let footer { body.element("footer") { $0.element("p", text: footer) } }
        body.newLine()
    }

    private func writeFacts(into list: inout Markup) {
        for fact in facts {
            list.element("div") { entry in
                entry.element("dt", text: fact.name)
                entry.element("dd") { fact.value.write(into: &$0) }
            }
        }
    }
}

extension Block {
    /// Writes the block.
    /// - Parameter plotCount: Plots written before it, by which the next is named.
    package func write(into markup: inout Markup, plotCount: inout Int) {
        switch self {
        case .paragraph(let prose): markup.element("p") { prose.write(into: &$0) }
        case .subheading(let heading): markup.element("h3", text: heading)
        case .list(let entries):
            markup.element("ul") { list in
                for entry in entries { list.element("li") { entry.write(into: &$0) } }
            }
        case .keyFigures(let figures): markup.element("dl", [.class("key")]) { Self.write(figures, into: &$0) }
        case .checks(let checks): markup.element("ul", [.class("checks")]) { Self.write(checks, into: &$0) }
        case .note(let tone, let prose):
            markup.element("p", [.class("note \(tone.rawValue)"), .init("role", "note")]) { note in
                note.element("span", [.init("aria-hidden", "true"), .class("sign")], text: tone.sign)
                prose.write(into: &note)
            }
        case .table(let table): table.write(into: &markup)
        case .plot(let plot):
            plotCount += 1
            plot.write(into: &markup, identifier: "plot-\(plotCount)")
        case .quotation(let quotation):
            markup.element("figure", [.class("quotation")]) { figure in
                figure.element("figcaption", text: quotation.name)
                figure.element("pre", [.init("dir", "auto"), .init("tabindex", "0")], text: quotation.text)
            }
        case .details(let summary, let blocks):
            markup.element("details") { details in
                details.element("summary", text: summary)
                for block in blocks { block.write(into: &details, plotCount: &plotCount) }
            }
        }
        markup.newLine()
    }

    private static func write(_ figures: [KeyFigure], into list: inout Markup) {
        for figure in figures {
            list.element("div", [.class("figure" + (figure.tone.map { " \($0.rawValue)" } ?? ""))]) { entry in
                entry.element("dt", text: figure.name)
                entry.element("dd") { value in
                    value.element("strong") { strong in
                        if let tone = figure.tone {
                            tone.write(figure.value, into: &strong)
                        } else {
                            strong.text(figure.value)
                        }
                    }
                    if let note = figure.note { value.element("small", text: note) }
                }
            }
        }
    }

    private static func write(_ checks: [Check], into list: inout Markup) {
        for check in checks {
            list.element("li", [.class(check.outcome.tone.rawValue)]) { entry in
                check.outcome.tone.write(check.outcome.word, into: &entry)
                entry.element("strong", text: " \(check.name) ")
                entry.element("span", text: check.detail)
            }
        }
    }
}
