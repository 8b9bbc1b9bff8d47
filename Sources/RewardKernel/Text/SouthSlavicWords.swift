internal import RewardMemory

/// Tells Macedonian from Serbian in Cyrillic by their commonest short words, which CLD2's tables do not: without letters of
/// its own a Macedonian sentence is called Serbian.
enum SouthSlavicWords {
    /// How many more words are Macedonian (е, во, со, го, ги) than Serbian (у, је, са, су).
    @_noAllocation
    static func macedonianBalance(of prose: ByteView) -> Int {
        var balance = 0
        var start = 0
        for index in 0...prose.count where index == prose.count || prose[index] < 0x80 {
            balance &+= weight(of: prose.slice(start, index))
            start = index &+ 1
        }
        return balance
    }

    @_noAllocation
    private static func weight(of word: ByteView) -> Int {
        switch word.count {
        case 2:
            if word.equals(ByteView("е")) || word.equals(ByteView("Е")) { return 1 }
            return word.equals(ByteView("у")) || word.equals(ByteView("У")) ? -1 : 0
        case 4:
            // The second letter alone, since the first may be a capital.
            if hasLowerCased(word, ByteView("во")) || hasLowerCased(word, ByteView("со")) { return 1 }
            if hasLowerCased(word, ByteView("го")) || hasLowerCased(word, ByteView("ги")) { return 1 }
            let isSerbian =
                word.equals(ByteView("је")) || word.equals(ByteView("Је"))
                || hasLowerCased(word, ByteView("са")) || hasLowerCased(word, ByteView("су"))
            return isSerbian ? -1 : 0
        default: return 0
        }
    }

    /// Whether a word of two letters is the given lower-case one, its first letter in either case.
    @_noAllocation
    private static func hasLowerCased(_ word: ByteView, _ wanted: ByteView) -> Bool {
        var index = 0
        let scalar = UTF8Scalar.decode(word, at: &index)
        var wantedIndex = 0
        let first = UTF8Scalar.decode(wanted, at: &wantedIndex)
        guard index == 2, scalar == first || scalar &+ 0x20 == first else { return false }
        return word.slice(2, 4).equals(wanted.slice(2, 4))
    }
}
