/// A piece of HTML under construction. Text can never become markup: what is written at run time is escaped, and names of
/// elements and attributes are literals of the source.
///
/// What comes out is HTML and well-formed XML at once, so that any parser can check it.
package struct Markup: Sendable, Equatable {
    /// The HTML.
    package private(set) var html = ""

    package init() {}

    /// Writes text, escaped.
    package mutating func text(_ text: some StringProtocol) {
        Escaping.append(text, to: &html)
    }

    /// Writes an element with what `body` writes inside.
    package mutating func element(
        _ name: StaticString, _ attributes: [Attribute] = [], _ body: (inout Markup) throws -> Void
    ) rethrows {
        open(name, attributes, ">")
        try body(&self)
        html += "</\(name)>"
    }

    /// Writes an element with text inside.
    package mutating func element(_ name: StaticString, _ attributes: [Attribute] = [], text: some StringProtocol) {
        element(name, attributes) { $0.text(text) }
    }

    /// Writes an element that has nothing inside and no end tag: `<br/>`, or a shape of SVG.
    package mutating func leaf(_ name: StaticString, _ attributes: [Attribute] = []) {
        open(name, attributes, "/>")
    }

    /// Writes markup that stands in the source as it is: a style sheet, a script.
    package mutating func literal(_ markup: StaticString) {
        html += markup.description
    }

    package mutating func append(_ other: Markup) {
        html += other.html
    }

    /// Begins a new line of the file; nothing that a reader sees.
    mutating func newLine() {
        html += "\n"
    }

    private mutating func open(_ name: StaticString, _ attributes: [Attribute], _ end: String) {
        html += "<\(name)"
        for attribute in attributes {
            html += " \(attribute.name)=\""
            Escaping.append(attribute.value, to: &html)
            html += "\""
        }
        html += end
    }
}
