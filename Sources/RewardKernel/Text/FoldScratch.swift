internal import CCharconv
internal import CLinux
internal import CUtf8proc
package import RewardMemory

/// The working memory of one worker for texts that are compared in another shape than they came in: case folded, or a
/// number written out.
@safe
package struct FoldScratch: ~Copyable {
    package struct Requirements {
        /// Whether any plan compares without regard to case; only that needs the large buffers.
        package var isFoldNeeded = false
        /// Whether any plan puts texts together; only that needs room for them.
        package var isJoiningNeeded = false

        package init() {}
    }

    /// A number's text.
    private var number = RigidBytes(capacity: 64)
    /// The folded reference.
    private var needle: RigidBytes
    /// A stretch of the folded completion; full, it is more than twice as long as the reference.
    private var window: RigidBytes
    /// Two texts that were put together, one behind the other.
    var joined: RigidBytes

    // Allocates: once per worker and configuration.
    package init(_ requirements: Requirements) {
        needle = RigidBytes(capacity: requirements.isFoldNeeded ? Limits.foldedReferenceByteCountMax : 0)
        window = RigidBytes(capacity: requirements.isFoldNeeded ? 2 * Limits.foldedReferenceByteCountMax + 32 : 0)
        // Without joining there may still be two numbers.
        joined = RigidBytes(capacity: requirements.isJoiningNeeded ? 2 * Limits.joinedTextByteCountMax : 128)
    }

    // MARK: Numbers as text

    /// The canonical text of a value that is not absent: a text as it is, whole numbers in decimal, booleans as `true`
    /// and `false`, other doubles in the shortest decimal form that reads back the same. Nil for NaN and infinities.
    /// Valid until the next such text is made.
    @_noAllocation
    package mutating func text(of value: FieldValue) -> ByteView? {
        switch value {
        case .absent: return nil
        case .text(let text): return text
        case .boolean(let flag): return ByteView(flag ? "true" : "false")
        case .integer(let integer):
            number.removeAll()
            number.append(decimal: Int(integer))
            return number.view
        case .number(let double):
            guard double.isFinite else { return nil }
            number.removeAll()
            if double > -9e15 && double < 9e15 && plaudit_floor(double) == double {
                number.append(decimal: Int(double))
            } else {
                number.setCount(unsafe plaudit_write_double(double, number.base))
            }
            return number.view
        }
    }

    // MARK: Case folding

    /// Whether `text` contains `reference` when the case of both is folded (Unicode's full case folding): Python's
    /// `reference.casefold() in text.casefold()`. Nil when the folded reference exceeds
    /// `Limits.foldedReferenceByteCountMax`. Both are valid UTF-8; time is linear in both.
    @_noAllocation
    package mutating func foldedContains(_ text: ByteView, _ reference: ByteView) -> Bool? {
        needle.removeAll()
        var referenceIndex = 0
        Self.fold(reference, from: &referenceIndex, into: &needle)
        guard referenceIndex == reference.count else { return nil }
        window.removeAll()
        var index = 0
        while true {
            Self.fold(text, from: &index, into: &window)
            if window.view.firstIndex(of: needle.view) >= 0 { return true }
            if index == text.count { return false }
            // A match may begin in this stretch and end in the next.
            let keptCount = needle.count == 0 ? 0 : needle.count &- 1
            precondition(keptCount <= window.count / 2, "a full window is at least twice as long as the reference")
            unsafe plaudit_move(window.base, window.base + (window.count &- keptCount), keptCount)
            window.setCount(keptCount)
        }
    }

    /// How much longer a text may grow when its case is folded: three times, as U+0390 does.
    package static var growthMax: Int { 3 }
    /// What a buffer needs beyond that: room is asked for before a scalar's folding is known.
    package static var slack: Int { Int(PLAUDIT_FOLD_BYTE_COUNT_MAX) }

    /// Appends the folded scalars from `index` on until `text` ends or `buffer` is full; `index` stands behind the
    /// last.
    @_noAllocation
    static func fold(_ text: ByteView, from index: inout Int, into buffer: inout RigidBytes) {
        let foldedByteCountMax = Int(PLAUDIT_FOLD_BYTE_COUNT_MAX)
        while index < text.count {
            // Eight ASCII bytes at a time: bit 5 is set in those that are capital letters.
            let wordsEnd = index &+ min(text.count &- index, buffer.freeCount) &- 8
            let target = unsafe UnsafeMutableRawPointer(buffer.base + buffer.count)
            let start = index
            while index <= wordsEnd {
                let word = text.word(at: index)
                guard word & 0x8080_8080_8080_8080 == 0 else { break }
                let fromA = word &+ 0x3F3F_3F3F_3F3F_3F3F
                let aboveZ = word &+ 0x2525_2525_2525_2525
                let capitals = fromA & ~aboveZ & 0x8080_8080_8080_8080
                unsafe target.storeBytes(of: word | capitals &>> 2, toByteOffset: index &- start, as: UInt64.self)
                index &+= 8
            }
            buffer.setCount(buffer.count &+ (index &- start))
            guard index < text.count else { return }
            let byte = text[index]
            if byte < 0x80 {
                let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                guard buffer.append(isCapital ? byte | 0x20 : byte) else { return }
                index &+= 1
            } else {
                guard buffer.freeCount >= foldedByteCountMax else { return }
                let scalar = UTF8Scalar.decode(text, at: &index)
                let target = unsafe buffer.base + buffer.count
                buffer.setCount(buffer.count &+ (unsafe plaudit_fold_scalar(scalar, target)))
            }
        }
    }
}
