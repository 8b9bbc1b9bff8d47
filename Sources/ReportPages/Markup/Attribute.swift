/// An attribute of an element. Those that run scripts or styles do not exist, and those that name a place take a `Link`.
package struct Attribute: Sendable, Equatable {
    let name: String
    let value: String

    /// - Precondition: The name is none whose value a browser runs or fetches.
    package init(_ name: StaticString, _ value: String) {
        let name = name.description
        precondition(
            !name.hasPrefix("on") && !Self.refusedNames.contains(name), "no attribute that a browser runs or fetches")
        self.name = name
        self.value = value
    }

    /// An attribute without a value: `checked`.
    package init(_ name: StaticString) {
        self.init(name, name.description)
    }

    /// A coordinate or length of SVG, in units of its view box.
    init(_ name: StaticString, _ value: Double) {
        self.init(name, FigureText.coordinate(value))
    }

    private init(link name: StaticString, _ link: Link) {
        self.name = name.description
        value = link.text
    }

    package static func href(_ link: Link) -> Attribute { Attribute(link: "href", link) }
    package static func source(_ link: Link) -> Attribute { Attribute(link: "src", link) }
    package static func action(_ link: Link) -> Attribute { Attribute(link: "action", link) }
    package static func `class`(_ name: String) -> Attribute { Attribute("class", name) }

    private static let refusedNames: Set = [
        "style", "srcdoc", "href", "xlink:href", "src", "srcset", "action", "formaction", "data", "poster",
    ]
}

/// A place that a page may lead to: in the page, on the same server, or on the web.
package struct Link: Sendable, Equatable {
    let text: String

    /// Nil for what is none of these: `javascript:`, `data:`, another scheme, another server without its scheme.
    package init?(_ text: String) {
        let isOurs = text.hasPrefix("#") || text.hasPrefix("?") || (text.hasPrefix("/") && !text.hasPrefix("//"))
        let isWeb = ["https://", "http://"].contains { text.lowercased().hasPrefix($0) }
        // A browser reads a backslash as a slash, and leaves out control characters and white space.
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\\" && $0.value != 0x7F }
        guard isOurs || isWeb, isPlain else { return nil }
        self.text = text
    }

    /// Within the page, to what has this identifier.
    package static func fragment(_ identifier: StaticString) -> Link { Link(unchecked: "#\(identifier)") }

    static func section(_ number: Int) -> Link { Link(unchecked: "#section-\(number)") }

    private init(unchecked text: String) {
        self.text = text
    }
}
