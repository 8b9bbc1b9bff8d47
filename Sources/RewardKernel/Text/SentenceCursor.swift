internal import RewardMemory

/// Cuts prose into sentences, short ones joined to the next.
struct SentenceCursor {
    /// Sentences below that many bytes are taken together with the next: alone they tell nothing.
    private static let byteCountMin = 20

    private let prose: ByteView
    private var index = 0

    @_noAllocation
    init(_ prose: ByteView) {
        self.prose = prose
    }

    /// The next sentence, or an empty view at the end. What follows the last long one belongs to it.
    @_noAllocation
    mutating func next() -> ByteView {
        let start = index
        var end = boundary(after: start &+ Self.byteCountMin)
        if prose.count &- end < Self.byteCountMin { end = prose.count }
        index = end
        return prose.slice(start, end)
    }

    /// The first sentence end behind `start`, or the end of the prose.
    @_noAllocation
    private func boundary(after start: Int) -> Int {
        var position = start
        while position < prose.count {
            let byte = prose[position]
            position &+= 1
            switch byte {
            case UInt8(ascii: "\n"): return position
            case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
                if position < prose.count && prose[position] <= 0x20 { return position &+ 1 }
            case 0x82:  // 。 is E3 80 82
                if isPreceded(position, 0xE3, 0x80) { return position }
            case 0x81, 0x9F:  // ！ is EF BC 81, ？ is EF BC 9F, ؟ is D8 9F
                if isPreceded(position, 0xEF, 0xBC) || (byte == 0x9F && prose[position &- 2] == 0xD8) {
                    return position
                }
            case 0xA4:  // । is E0 A5 A4
                if isPreceded(position, 0xE0, 0xA5) { return position }
            default: break
            }
        }
        return prose.count
    }

    /// Whether the byte before `position` comes behind these two.
    @_noAllocation
    private func isPreceded(_ position: Int, _ first: UInt8, _ second: UInt8) -> Bool {
        position >= 3 && prose[position &- 3] == first && prose[position &- 2] == second
    }
}
