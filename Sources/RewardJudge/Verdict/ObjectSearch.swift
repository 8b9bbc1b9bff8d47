internal import RewardKernel

/// Finds the outermost JSON objects in a text that has other things around them.
enum ObjectSearch {
    /// The last object that `isWanted`; nil when there is none.
    ///
    /// Throws `truncated` when the text ends inside something that began as an object: what that holds so far, though
    /// part of it may parse, is not what the judge meant to say. Looks at no more bytes than
    /// `JudgementLimits.objectScanFactor` times the text's length.
    static func last(
        in text: ReplyText, where isWanted: (JSONValue) -> Bool
    ) throws(VerdictFault) -> JSONValue? {
        var found: JSONValue?
        var budget = text.bytes.count * JudgementLimits.objectScanFactor
        var attemptCount = 0
        var index = 0
        while let start = text.firstIndex(of: "{", from: index) {
            index = start
            attemptCount += 1
            guard attemptCount <= JudgementLimits.objectAttemptCountMax, budget > 0 else {
                throw .unparsable("too many braces")
            }
            guard let end = end(ofObjectAt: index, in: text, &budget) else {
                let next = text.skipWhiteSpace(from: index + 1)
                if next >= text.bytes.count || text.bytes[next] == UInt8(ascii: "\"") { throw .truncated }
                index += 1
                continue
            }
            if let value = try? JSONValue.make(parsing: text.bytes[index..<end]) {
                if isWanted(value) { found = value }
                index = end
            } else {
                index += 1
            }
        }
        return found
    }

    /// Behind the brace that closes the one at `start`, braces in strings aside.
    private static func end(ofObjectAt start: Int, in text: ReplyText, _ budget: inout Int) -> Int? {
        var depth = 0
        var isInString = false
        var index = start
        while index < text.bytes.count && budget > 0 {
            let byte = text.bytes[index]
            if isInString {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
            index += 1
            budget -= 1
        }
        return nil
    }
}
