/// A sentence or more, with names and emphasis in it. What is interpolated is text and stays text.
///
///     let prose: Prose = "The judge \(code: judge) flipped \(strong: share) of the pairs."
package struct Prose: Sendable, Equatable, ExpressibleByStringInterpolation {
    enum Span: Sendable, Equatable {
        case text(String)
        case code(String)
        case strong(String)
    }

    private(set) var spans: [Span]

    package init(_ text: String) {
        spans = [.text(text)]
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    package init(stringInterpolation: StringInterpolation) {
        spans = stringInterpolation.spans
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var spans: [Span] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            spans.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { spans.append(.text(literal)) }
        }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            spans.append(.text(value.description))
        }

        /// A name as it stands in a file or on a command line.
        package mutating func appendInterpolation(code name: String) {
            spans.append(.code(name))
        }

        package mutating func appendInterpolation(strong text: String) {
            spans.append(.strong(text))
        }
    }

    /// Writes the sentence, without a paragraph around it.
    package func write(into markup: inout Markup) {
        for span in spans {
            switch span {
            case .text(let text): markup.text(text)
            case .code(let name): markup.element("code", text: name)
            case .strong(let text): markup.element("strong", text: text)
            }
        }
    }
}
