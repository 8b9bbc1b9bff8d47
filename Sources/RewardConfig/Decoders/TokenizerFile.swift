import RewardKernel
import RewardMemory

/// Reads a `.tiktoken` file: on each line a token in base64, a space, and its rank.
enum TokenizerFile {
    struct Fault: Error, Equatable {
        /// Of the file, from 1.
        let line: Int
        let message: String

        init(_ line: Int, _ message: String) {
            self.line = line
            self.message = message
        }
    }

    static func settings(_ contents: [UInt8], pattern: String) throws(Fault) -> TokenizerSettings {
        var tokens: [(rank: UInt32, bytes: [UInt8], line: Int)] = []
        var lineNumber = 0
        for line in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            lineNumber += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty { continue }
            guard let gap = line.firstIndex(of: UInt8(ascii: " ")), let bytes = decoded(base64: line[..<gap]) else {
                throw Fault(lineNumber, "expected a token in base64, a space and its rank")
            }
            guard let rank = UInt32(String(decoding: line[(gap + 1)...], as: UTF8.self)), rank < .max else {
                throw Fault(lineNumber, "the rank is no number from 0 to 4294967294")
            }
            guard !bytes.isEmpty else { throw Fault(lineNumber, "a token has at least one byte") }
            guard tokens.count < Limits.tokenizerTokenCountMax else {
                throw Fault(lineNumber, "a tokenizer has at most \(Limits.tokenizerTokenCountMax) tokens")
            }
            tokens.append((rank, bytes, lineNumber))
        }
        guard !tokens.isEmpty else { throw Fault(1, "the file has no tokens") }
        tokens.sort { $0.rank < $1.rank }
        for (one, other) in zip(tokens, tokens.dropFirst()) where one.rank == other.rank {
            throw Fault(max(one.line, other.line), "another token has the rank \(one.rank)")
        }
        var seen: Set<[UInt8]> = []
        for token in tokens where !seen.insert(token.bytes).inserted {
            throw Fault(token.line, "the token is there twice")
        }
        var settings = TokenizerSettings(bytes: [], starts: [], ranks: tokens.map(\.rank), pattern: pattern)
        for token in tokens {
            settings.starts.append(UInt32(settings.bytes.count))
            settings.bytes += token.bytes
        }
        settings.starts.append(UInt32(settings.bytes.count))
        return settings
    }

    /// Nil for what is not base64 with its padding (RFC 4648, section 4).
    private static func decoded(base64 text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var digitCount = 0
        var paddingCount = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                paddingCount += 1
                continue
            }
            guard paddingCount == 0, let value = value(ofDigit: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            digitCount += 1
            if digitCount % 4 == 0 {
                for shift in [16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
                bits = 0
            }
        }
        switch (digitCount % 4, paddingCount) {
        case (0, 0): return bytes
        case (2, 2): return bits & 0x0F == 0 ? bytes + [UInt8(truncatingIfNeeded: bits >> 4)] : nil
        case (3, 1):
            guard bits & 0x03 == 0 else { return nil }
            return bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
    }

    private static func value(ofDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
