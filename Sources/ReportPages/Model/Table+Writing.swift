extension Table {
    /// Writes the table, in a region that scrolls by itself where the window is narrow.
    package func write(into markup: inout Markup) {
        // With a tab stop, so that it can be scrolled without a mouse.
        markup.element(
            "div", [.class("scroll"), .init("role", "region"), .init("aria-label", caption), .init("tabindex", "0")]
        ) { region in
            region.element("table") { table in
                table.element("caption", text: caption)
                table.element("thead") { head in
                    head.element("tr") { row in
                        for column in columns {
                            row.element("th", [.init("scope", "col")] + column.attributes, text: column.title)
                        }
                    }
                }
                table.newLine()
                table.element("tbody") { body in
                    for cells in rows { write(cells, into: &body) }
                }
            }
        }
        markup.newLine()
    }

    private func write(_ cells: [Cell], into body: inout Markup) {
        body.element("tr") { row in
            for (index, cell) in cells.enumerated() {
                if index == 0 {
                    row.element("th", [.init("scope", "row")] + columns[index].attributes) { cell.write(into: &$0) }
                } else {
                    row.element("td", columns[index].attributes) { cell.write(into: &$0) }
                }
            }
        }
        body.newLine()
    }
}

extension Table.Column {
    fileprivate var attributes: [Attribute] { alignment == .number ? [.class("number")] : [] }
}

extension Cell {
    fileprivate func write(into markup: inout Markup) {
        if isQuotation {
            markup.element("div", [.class("quotation"), .init("dir", "auto")], text: text)
        } else if isCode {
            markup.element("code", text: text)
        } else if let tone {
            tone.write(text, into: &markup)
        } else {
            markup.text(text)
        }
        if let note {
            markup.text(" ")
            markup.element("small", text: note)
        }
    }
}

extension Tone {
    /// Writes a text with the tone's colour and sign. The sign says nothing that the text does not.
    func write(_ text: String, into markup: inout Markup) {
        markup.element("span", [.class("tone \(rawValue)")]) { span in
            span.element("span", [.init("aria-hidden", "true"), .class("sign")], text: sign)
            span.text(text)
        }
    }
}
