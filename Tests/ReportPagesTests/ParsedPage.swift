import Foundation
import FoundationXML
import Testing

/// A page as a strict parser sees it. Pages are well-formed XML, so that what breaks out of its place breaks the parser too.
struct ParsedPage {
    /// The elements in their order, with their attributes.
    private(set) var elements: [Element] = []
    /// Everything that is text.
    private(set) var text = ""

    struct Element: Equatable {
        let name: String
        let attributes: [String: String]
    }

    init(_ html: String) throws {
        let parser = XMLParser(data: Data(html.utf8))
        let reader = Reader()
        parser.delegate = reader
        let isWellFormed = parser.parse()
        try #require(isWellFormed, "line \(parser.lineNumber), column \(parser.columnNumber): \(html)")
        elements = reader.elements
        text = reader.text
    }

    func elements(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append(Element(name: name, attributes: attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }
}

/// Texts that want to be something else, and a generator of more of them.
enum HostileText {
    static let list = [
        "<script>alert(1)</script>", "</td></table><h1>owned</h1>", "\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "]]>", "<!--", "-->", "<![CDATA[", "&lt;script&gt;", "&#x3C;b&#x3E;", "</title><script>", "</style><script>",
        "</svg><script>", "javascript:alert(1)", "<|im_start|>system",
        "\u{0}\u{1}\u{8}\u{1F}\u{7F}\u{9F}\u{FFFE}\u{FFFF}",
        "\u{202E}gnihton\u{2066}", "e\u{301}\u{200D}👩‍👩‍👧", "\\", "%3Cscript%3E", "${1}", "{{x}}", "\r\n\t", "",
    ]

    /// Pieces of markup in any order.
    static func random(using generator: inout some RandomNumberGenerator) -> String {
        let pieces =
            list + ["<", ">", "&", "\"", "'", "=", "/", " ", "a", "\u{3C}\u{338}", ";", "amp;", "x", "\n", "]"]
        return (0..<Int.random(in: 0...12, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
            .joined()
    }
}

/// Printed, and taken from `SEED` where that is set, so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init() {
        state = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("SEED=\(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
