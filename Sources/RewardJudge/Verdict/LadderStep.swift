/// How far the parser had to go to find a verdict: the lower, the less a judge keeps to what it was asked for.
package enum LadderStep: Int, Sendable, CaseIterable, Comparable {
    /// The endpoint gave probabilities; there was no text to read.
    case probabilities
    /// The endpoint gave JSON as such, as the input of a tool.
    case structured
    /// The whole text is JSON.
    case wholeText
    /// It is once fences and thoughts are taken off.
    case stripped
    /// The last object in the text that has the wanted keys.
    case lastObject
    /// A mark in prose: `[[A]]`, `[RESULT] 4`, `"pass": true`.
    case textualPattern

    package static func < (first: LadderStep, second: LadderStep) -> Bool { first.rawValue < second.rawValue }
}
