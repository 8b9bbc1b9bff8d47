package import RewardMemory

/// Text that came from outside, on its way into a reply: a name that a client sent may be anything, and clients that
/// decode strictly must still be able to read why they were refused.
package enum ForeignText {
    /// Appends the text, cut at a character where it is longer than `byteCountMax`; each byte that is not UTF-8 becomes `?`.
    /// True when nothing was cut off.
    @_noAllocation @discardableResult
    package static func append(_ foreign: ByteView, byteCountMax: Int, to text: inout RigidBytes) -> Bool {
        var index = 0
        while index < foreign.count {
            let count = characterByteCount(foreign, index)
            guard index &+ max(1, count) <= byteCountMax else { return false }
            let isAppended =
                count == 0 ? text.append(UInt8(ascii: "?")) : text.append(foreign.slice(index, index &+ count))
            guard isAppended else { return false }
            index &+= max(1, count)
        }
        return true
    }

    /// Bytes of the UTF-8 character that begins at `index`; 0 when none does. Table 3-7 of the Unicode standard.
    @_noAllocation
    private static func characterByteCount(_ text: ByteView, _ index: Int) -> Int {
        let lead = text[index]
        let count: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, low) = (3, 0xA0)
        case 0xED: (count, high) = (3, 0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, low) = (4, 0x90)
        case 0xF1...0xF3: count = 4
        case 0xF4: (count, high) = (4, 0x8F)
        default: return 0
        }
        guard index &+ count <= text.count, text[index &+ 1] >= low, text[index &+ 1] <= high else { return 0 }
        var position = index &+ 2
        while position < index &+ count {
            guard text[position] & 0xC0 == 0x80 else { return 0 }
            position &+= 1
        }
        return count
    }
}
