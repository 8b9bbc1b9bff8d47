internal import RewardMemory

/// The longest common subsequence of two runs of units.
extension SequenceScratch {
    /// How many units the longest common subsequence of the units before `split` and those from it on has.
    ///
    /// Bit-parallel (Hyyro, 2004): the rows of the table of lengths are bits, and a step adds a column to them. The time is
    /// that of `stepCount` steps, less what both texts begin and end with.
    @_noAllocation
    package mutating func commonUnitCount(split: Int) -> Int {
        var first = 0
        var firstEnd = split
        var second = split
        var secondEnd = unitCount
        while first < firstEnd, second < secondEnd, units[first] == units[second] {
            first &+= 1
            second &+= 1
        }
        var commonCount = first
        while first < firstEnd, second < secondEnd, units[firstEnd &- 1] == units[secondEnd &- 1] {
            firstEnd &-= 1
            secondEnd &-= 1
            commonCount &+= 1
        }
        // The rows are those of the shorter text.
        if firstEnd &- first > secondEnd &- second {
            (first, firstEnd, second, secondEnd) = (second, secondEnd, first, firstEnd)
        }
        for column in 0..<(secondEnd &- second) { carries[column] = 0 }
        while first < firstEnd {
            let end = min(first &+ RowBits.rowCount, firstEnd)
            commonCount &+= commonUnitCount(rows: first, end, columns: second, secondEnd &- second)
            first = end
        }
        return commonCount
    }

    /// Steps that the longest common subsequence of so many and so many units takes at most: a step is 64 rows of a
    /// column.
    @_noAllocation
    package static func stepCount(_ first: Int, _ second: Int) -> Int {
        (min(first, second) &+ 63) / 64 &* max(first, second)
    }

    /// What up to 256 rows add to the length, given the carries of the rows above, which become theirs.
    @_noAllocation
    private mutating func commonUnitCount(rows start: Int, _ end: Int, columns: Int, _ columnCount: Int) -> Int {
        for row in start..<end { rowBits[Int(units[row])].insert(row &- start) }
        var state = RowBits(repeating: UInt64.max)
        for column in 0..<columnCount {
            carries[column] = state.advance(rowBits[Int(units[columns &+ column])], carries[column])
        }
        for row in start..<end { rowBits[Int(units[row])] = RowBits(repeating: 0) }
        return state.zeroCount(below: end &- start)
    }
}

/// A bit for each of 256 rows: a step for all of them keeps the processor busier than four steps one after the other.
struct RowBits: BitwiseCopyable {
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64

    static var rowCount: Int { @_noAllocation get { 256 } }

    @_noAllocation @inline(__always)
    init(repeating word: UInt64) {
        first = word
        second = word
        third = word
        fourth = word
    }

    @_noAllocation @inline(__always)
    mutating func insert(_ row: Int) {
        let bit: UInt64 = 1 &<< UInt64(row & 63)
        switch row &>> 6 {
        case 0: first |= bit
        case 1: second |= bit
        case 2: third |= bit
        default: fourth |= bit
        }
    }

    /// Goes one column on: `matches` are the rows whose unit is the column's, `carry` comes from the rows above.
    @_noAllocation @inline(__always)
    mutating func advance(_ matches: RowBits, _ carry: UInt8) -> UInt8 {
        var carry = UInt64(carry)
        Self.advance(&first, matches.first, &carry)
        Self.advance(&second, matches.second, &carry)
        Self.advance(&third, matches.third, &carry)
        Self.advance(&fourth, matches.fourth, &carry)
        return UInt8(truncatingIfNeeded: carry)
    }

    @_noAllocation @inline(__always)
    private static func advance(_ word: inout UInt64, _ matches: UInt64, _ carry: inout UInt64) {
        let (sum, overflow) = word.addingReportingOverflow(word & matches)
        let (total, carryOverflow) = sum.addingReportingOverflow(carry)
        carry = overflow || carryOverflow ? 1 : 0
        word = total | (word & ~matches)
    }

    /// Zeros among the first so many rows.
    @_noAllocation
    func zeroCount(below rowCount: Int) -> Int {
        Self.zeroCount(first, rowCount) &+ Self.zeroCount(second, rowCount &- 64)
            &+ Self.zeroCount(third, rowCount &- 128) &+ Self.zeroCount(fourth, rowCount &- 192)
    }

    @_noAllocation
    private static func zeroCount(_ word: UInt64, _ rowCount: Int) -> Int {
        guard rowCount > 0 else { return 0 }
        let rows = rowCount >= 64 ? UInt64.max : 1 &<< UInt64(rowCount) &- 1
        return (~word & rows).nonzeroBitCount
    }
}
