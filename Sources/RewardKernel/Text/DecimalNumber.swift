internal import CCharconv
internal import RewardMemory

/// The magnitude of a decimal number as it was written, exact whatever its length: `significand * 10^exponent`.
///
/// Leading and trailing zeros do not count, so that equal numbers have equal parts. Up to 19 significant digits live in
/// `significand`; a longer number is compared by its text, never by a rounded value.
internal struct DecimalNumber: BitwiseCopyable {
    /// The first `keptCount` significant digits.
    private(set) var significand: UInt64 = 0
    private var keptCount = 0
    /// Digits from the first that is not zero to the last that is not zero.
    private(set) var digitCount = 0
    /// Zeros since then.
    private var pendingZeroCount = 0
    /// Digits behind the decimal mark.
    private var placeCount = 0
    private var isBehindMark = false
    /// The power of ten that was written (`e6`).
    private var scale = 0
    /// The digits with their separators and mark, for numbers longer than `significand`.
    private(set) var text = ByteView.empty

    private static var keptCountMax: Int { @_noAllocation get { 19 } }
    /// Powers of ten beyond it are no numbers that anybody compares.
    static var scaleMax: Int { @_noAllocation get { 100_000 } }

    @_noAllocation
    init() {}

    /// A whole number.
    @_noAllocation
    init(_ magnitude: UInt64) {
        guard magnitude > 0 else { return }
        var rest = magnitude
        // What has twenty digits keeps nineteen of them.
        let digit = rest >= 10_000_000_000_000_000_000 ? Int(truncatingIfNeeded: rest % 10) : 0
        if digit != 0 { rest /= 10 }
        var zeroCount = 0
        while rest % 10 == 0 {
            rest /= 10
            zeroCount &+= 1
        }
        significand = rest
        while rest > 0 {
            rest /= 10
            keptCount &+= 1
        }
        digitCount = keptCount
        pendingZeroCount = zeroCount
        if digit != 0 { append(digit) }
    }

    // MARK: Building

    @_noAllocation
    mutating func append(_ digit: Int) {
        if isBehindMark { placeCount &+= 1 }
        guard digit != 0 else {
            if digitCount > 0 { pendingZeroCount &+= 1 }
            return
        }
        let newCount = digitCount &+ pendingZeroCount &+ 1
        if newCount <= Self.keptCountMax {
            while pendingZeroCount > 0 {
                significand &*= 10
                pendingZeroCount &-= 1
            }
            significand = significand &* 10 &+ UInt64(truncatingIfNeeded: digit)
            keptCount = newCount
        }
        digitCount = newCount
        pendingZeroCount = 0
    }

    @_noAllocation
    mutating func beginPlaces() {
        isBehindMark = true
    }

    @_noAllocation
    mutating func multiply(byPowerOfTen power: Int) {
        scale &+= power
    }

    @_noAllocation
    mutating func finish(_ written: ByteView) {
        text = written
    }

    // MARK: Reading

    var isZero: Bool { @_noAllocation get { digitCount == 0 } }
    /// Whether all digits fit `significand`.
    var isShort: Bool { @_noAllocation get { digitCount == keptCount } }
    /// The power of ten of the last digit that is not zero; 0 for zero.
    var exponent: Int { @_noAllocation get { isZero ? 0 : pendingZeroCount &- placeCount &+ scale } }
    var isWhole: Bool { @_noAllocation get { exponent >= 0 } }

    /// The number as a whole one, when it is one and fits.
    var wholeValue: UInt64? {
        @_noAllocation get {
            guard isShort, exponent >= 0, exponent < 20 else { return nil }
            var value = significand
            var rest = exponent
            while rest > 0 {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                value = product
                rest &-= 1
            }
            return value
        }
    }

    /// The nearest double; for more than 19 digits the nearest to the first 19.
    var doubleValue: Double {
        @_noAllocation get {
            let power = exponent &+ (digitCount &- keptCount)
            // Up to 2^53 and 10^22 both are exact as doubles, so that one operation rounds once (Clinger, 1990).
            if significand <= 1 &<< 53, power >= -22, power <= 22 {
                var powerOfTen: Double = 1
                for _ in 0..<power.magnitude { powerOfTen *= 10 }
                return power < 0 ? Double(significand) / powerOfTen : Double(significand) * powerOfTen
            }
            return plaudit_decimal_value(significand, Int32(truncatingIfNeeded: power))
        }
    }

    /// Whether both are the same number once this one is multiplied by `10^shift`. Exact.
    @_noAllocation
    func equals(_ other: DecimalNumber, shift: Int) -> Bool {
        if isZero || other.isZero { return isZero && other.isZero }
        guard digitCount == other.digitCount, exponent &+ shift == other.exponent, significand == other.significand
        else {
            return false
        }
        return isShort || hasSameDigits(as: other)
    }

    /// Compares the digits of two long numbers of equally many digits, one by one.
    @_noAllocation
    private func hasSameDigits(as other: DecimalNumber) -> Bool {
        var index = 0
        var otherIndex = 0
        var count = 0
        while count < digitCount {
            let digit = Self.nextDigit(in: text, at: &index, isFirst: count == 0)
            let otherDigit = Self.nextDigit(in: other.text, at: &otherIndex, isFirst: count == 0)
            guard digit == otherDigit, digit >= 0 else { return false }
            count &+= 1
        }
        return true
    }

    /// The next digit of a number's text, passing separators, and leading zeros before the first; -1 at the end.
    @_noAllocation
    private static func nextDigit(in text: ByteView, at index: inout Int, isFirst: Bool) -> Int {
        while index < text.count {
            let scalar = UTF8Scalar.decode(text, at: &index)
            let digit = scalar >= 0x30 && scalar <= 0x39 ? Int(scalar &- 0x30) : UnicodeDigit.value(scalar)
            if digit > 0 || (digit == 0 && !isFirst) { return digit }
        }
        return -1
    }
}
