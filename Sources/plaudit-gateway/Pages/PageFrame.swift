import ReportPages
import RewardMemory

/// What is around every page: head, navigation, the title.
struct PageFrame {
    enum Place: String { case review, dashboard, none }

    let title: String
    let place: Place
    /// Above the title: where the page belongs, with the way there.
    var trail: (text: String, path: String)?
    /// A word for the script: what the keys do here.
    var keys: StaticString?

    init(_ title: String, _ place: Place) {
        self.title = title
        self.place = place
    }

    func html(_ body: (inout Markup) -> Void) -> String {
        var markup = Markup()
        markup.literal("<!DOCTYPE html>\n")
        markup.element("html", [.init("lang", "en")]) { html in
            html.element("head") { writeHead(into: &$0) }
            html.element("body", keys.map { [.init("data-keys", $0.description)] } ?? []) { page in
                page.element("a", [.href(.fragment("content")), .class("skip")], text: "Skip to the content")
                page.element("header", [.class("bar")]) { writeBar(into: &$0) }
                page.element("main", [.init("id", "content"), .init("tabindex", "-1")]) { main in
                    if let trail { main.element("p", [.class("trail")]) { $0.link(trail.text, trail.path) } }
                    main.element("h1", text: title)
                    body(&main)
                }
                page.element("footer") { $0.element("p", text: "plaudit-gateway \(PlauditVersion.text)") }
            }
        }
        return markup.html
    }

    private func writeHead(into head: inout Markup) {
        head.leaf("meta", [.init("charset", "utf-8")])
        head.leaf("meta", [.init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")])
        head.leaf("meta", [.init("name", "color-scheme"), .init("content", "light dark")])
        head.element("title", text: "\(title) – plaudit")
        for path in [PageAssets.sheetPath, PageAssets.furtherSheetPath] {
            head.leaf("link", [.init("rel", "stylesheet"), .href(.path(path))])
        }
        head.element("script", [.source(.path(PageAssets.scriptPath)), .init("defer")]) { _ in }
    }

    private func writeBar(into bar: inout Markup) {
        bar.element("strong", text: "plaudit")
        bar.element("nav", [.init("aria-label", "Pages")]) { nav in
            nav.element("ul") { list in
                for (name, other) in [("Review", Place.review), ("Dashboard", .dashboard)] {
                    list.element("li") { item in
                        let here: [Attribute] = other == place ? [.init("aria-current", "page")] : []
                        item.element("a", [.href(.path("/" + other.rawValue))] + here, text: name)
                    }
                }
            }
        }
    }
}

extension Link {
    /// A path of ours, percent-encoded where needed.
    static func path(_ text: String) -> Link {
        guard let link = Link(text) else { preconditionFailure("\(text) is no path of ours") }
        return link
    }
}

extension Markup {
    mutating func link(_ text: String, _ path: String, _ attributes: [Attribute] = []) {
        element("a", [.href(.path(path))] + attributes, text: text)
    }

    /// A form that sends its fields to us.
    mutating func form(_ path: String, method: StaticString = "post", _ body: (inout Markup) -> Void) {
        element("form", [.action(.path(path)), .init("method", method.description)], body)
    }

    mutating func hidden(_ name: String, _ value: String) {
        leaf("input", [.init("type", "hidden"), .init("name", name), .init("value", value)])
    }

    /// A field with its label before it, and what it means behind it.
    mutating func field(
        _ label: String, name: String, value: String, hint: String? = nil, _ attributes: [Attribute] = []
    ) {
        element("p", [.class("field")]) { line in
            line.element("label", [.init("for", "field-\(name)")], text: label)
            var all: [Attribute] = [.init("id", "field-\(name)"), .init("name", name), .init("value", value)]
            if hint != nil { all.append(.init("aria-describedby", "hint-\(name)")) }
            line.leaf("input", all + attributes)
            if let hint { line.element("small", [.init("id", "hint-\(name)")], text: hint) }
        }
    }

    /// A key of the keyboard, for those who see the page; the script tells others what it does.
    mutating func key(_ name: String) {
        element("kbd", [.init("aria-hidden", "true")], text: name)
    }

    mutating func note(_ tone: Tone, _ prose: Prose) {
        var plotCount = 0
        Block.note(tone, prose).write(into: &self, plotCount: &plotCount)
    }
}
