import Foundation
import ReportPages
import Testing

@Suite struct PageTests {
    /// Whatever the texts are, the page has the elements and attributes that it has with harmless ones.
    @Test func textNeverBecomesMarkup() throws {
        let harmless = try ParsedPage(samplePage("harmless").html)
        #expect(harmless.elements.count > 250)
        var generator = SeededGenerator()
        let texts = HostileText.list + (0..<40).map { _ in HostileText.random(using: &generator) }
        for text in texts {
            let page = try ParsedPage(samplePage(text).html)
            #expect(page.elements.map(\.name) == harmless.elements.map(\.name), "\(text)")
            for element in page.elements {
                let known = harmless.elements.first { $0.name == element.name }
                #expect(known != nil, "\(element.name) of \(text)")
                for name in element.attributes.keys {
                    #expect(!name.hasPrefix("on") && name != "style" && name != "src", "\(name) of \(text)")
                }
                #expect(element.attributes["href"]?.hasPrefix("#section-") ?? true)
            }
        }
    }

    @Test func textArrivesAsItWasGiven() throws {
        var generator = SeededGenerator()
        for _ in 0..<500 {
            // Control characters become visible ones, and a parser of XML joins line ends.
            let text = String(
                HostileText.random(using: &generator).unicodeScalars.filter {
                    $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value < 0xFFFE)
                        || $0.value > 0xFFFF
                })
            var markup = Markup()
            markup.element("p", [.init("title", text)], text: text)
            let page = try ParsedPage(markup.html)
            #expect(page.text == text)
            #expect(page.elements[0].attributes["title"] == text.replacing("\n", with: " "))
        }
    }

    @Test func controlCharactersAreShown() {
        var markup = Markup()
        markup.text("a\u{0}b\u{1B}c\u{7F}\r\n")
        #expect(markup.html == "a␀b␛c␡␍\n")
    }

    @Test func linksLeadNowhereElse() {
        for text in [
            "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//elsewhere", "/\\elsewhere", "/a\tb", "", "a",
            " https://a", "vbscript:x", "ftp://a",
        ] { #expect(Link(text) == nil, "\(text)") }
        for text in ["#a", "/review?page=2", "?page=2", "https://example.org/a", "http://localhost:1/"] {
            #expect(Link(text) != nil, "\(text)")
        }
    }

    /// What a person with a screen reader or without scripts and network needs.
    @Test func everybodyCanReadThePage() throws {
        let page = try ParsedPage(samplePage("words").html)
        let svgs = page.elements("svg")
        #expect(svgs.count == 5)
        #expect(page.elements("desc").count == 5)
        let identifiers = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(identifiers).count == identifiers.count)
        for svg in svgs {
            #expect(svg.attributes["role"] == "img")
            let labels = (svg.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
            #expect(labels.count == 2 && labels.allSatisfy(identifiers.contains))
        }
        #expect(page.elements("table").count == page.elements("caption").count)
        #expect(page.elements("th").allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
        #expect(page.elements("html")[0].attributes["lang"] == "en")
        #expect(page.elements("h1").count == 1)
        for name in ["script", "link", "img", "iframe", "object", "embed", "form", "base"] {
            #expect(page.elements(name).isEmpty)
        }
        let policy = page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'") == true)
        // The name of SVG's language is the one address in the file.
        let addresses = samplePage("words").html.components(separatedBy: "http").count - 1
        #expect(addresses == svgs.count + page.elements("meta").count { $0.attributes["http-equiv"] != nil })
        #expect(!samplePage("words").html.contains("url("))
    }

    @Test func longTextsAreCutAndSaySo() {
        let quotation = Quotation("completion", String(repeating: "é", count: 5_000), characterCountMax: 100)
        #expect(quotation.text == String(repeating: "é", count: 100) + "… (9,800 more bytes)")
        #expect(Quotation("completion", "short").text == "short")
    }

    /// Written anew with `PLAUDIT_WRITE_GOLDEN=1`; look at the page before you commit it.
    @Test func smallPageIsByteForByteTheStoredOne() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Golden/page.html")
        var table = Table(caption: "Verdicts by criterion", columns: ["criterion", .init("met", .number), "stable"])
        table.add([.code("answers_question"), .percent(0.625, note: "0.44 to 0.78"), Cell("yes", tone: .good)])
        table.add([.code("invents_facts"), .undefined("no verdict"), .none])
        let plot = Plot(
            title: "Flips", description: "Share of pairs that a judge flipped.",
            .bars(
                [BarSeries("small", [.init(0.75, interval: 0.6...0.86)])], categories: ["both orders"],
                value: .share("flip rate")), references: [.vertical(0.15, "gate")])
        let page = Page(
            title: "Consistency of <quality>", lead: "The judge \(code: "local") & 40 rollouts.",
            facts: [.init("configuration", "\(code: "rewards.yaml")")],
            sections: [
                Section(
                    "Gates",
                    [.checks([Check("flip rate", .failed, "75 % of at most 15 %")]), .table(table), .plot(plot)])
            ], footer: "plaudit")
        if ProcessInfo.processInfo.environment["PLAUDIT_WRITE_GOLDEN"] == "1" {
            try page.html.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try page.html == String(contentsOf: file, encoding: .utf8))
    }
}
