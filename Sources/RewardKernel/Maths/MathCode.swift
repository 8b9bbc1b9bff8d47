/// What a cleaned answer is written in: ASCII where it has a sign for a thing, and these bytes for the rest. None of
/// them is a byte that begins a character of UTF-8 in a text, because texts stand between `text` or `word` and `end`.
internal enum MathCode {
    static var fraction: UInt8 { @_noAllocation get { 0x80 } }
    static var binomial: UInt8 { @_noAllocation get { 0x81 } }
    static var root: UInt8 { @_noAllocation get { 0x82 } }
    /// Followed by a byte of `MathFunction`.
    static var function: UInt8 { @_noAllocation get { 0x83 } }
    /// A Greek letter; followed by its place in the alphabet.
    static var greek: UInt8 { @_noAllocation get { 0x84 } }
    /// A set of numbers (`\mathbb{R}`); followed by its letter.
    static var numberSet: UInt8 { @_noAllocation get { 0x85 } }
    static var openSet: UInt8 { @_noAllocation get { 0x86 } }
    static var closeSet: UInt8 { @_noAllocation get { 0x87 } }
    static var openFloor: UInt8 { @_noAllocation get { 0x88 } }
    static var closeFloor: UInt8 { @_noAllocation get { 0x89 } }
    static var openCeiling: UInt8 { @_noAllocation get { 0x8A } }
    static var closeCeiling: UInt8 { @_noAllocation get { 0x8B } }
    static var lessEqual: UInt8 { @_noAllocation get { 0x8C } }
    static var greaterEqual: UInt8 { @_noAllocation get { 0x8D } }
    static var notEqual: UInt8 { @_noAllocation get { 0x8E } }
    static var elementOf: UInt8 { @_noAllocation get { 0x8F } }
    static var union: UInt8 { @_noAllocation get { 0x90 } }
    static var intersection: UInt8 { @_noAllocation get { 0x91 } }
    static var difference: UInt8 { @_noAllocation get { 0x92 } }
    static var plusMinus: UInt8 { @_noAllocation get { 0x93 } }
    static var minusPlus: UInt8 { @_noAllocation get { 0x94 } }
    static var infinity: UInt8 { @_noAllocation get { 0x95 } }
    static var pi: UInt8 { @_noAllocation get { 0x96 } }
    static var emptySet: UInt8 { @_noAllocation get { 0x97 } }
    static var openMatrix: UInt8 { @_noAllocation get { 0x98 } }
    static var closeMatrix: UInt8 { @_noAllocation get { 0x99 } }
    static var rowEnd: UInt8 { @_noAllocation get { 0x9A } }
    /// Stands between digits and a power of ten: `1.5e3`.
    static var exponent: UInt8 { @_noAllocation get { 0x9B } }
    /// What no rule knows; it reads as nothing and equals only itself.
    static var opaque: UInt8 { @_noAllocation get { 0x9C } }
    /// A `\text{…}`, up to `end`.
    static var text: UInt8 { @_noAllocation get { 0x9D } }
    /// Bare letters that are no product of variables, up to `end`.
    static var word: UInt8 { @_noAllocation get { 0x9E } }
    static var end: UInt8 { @_noAllocation get { 0x9F } }
}

/// Functions of one argument.
internal enum MathFunction {
    static var sine: UInt8 { @_noAllocation get { 0x01 } }
    static var cosine: UInt8 { @_noAllocation get { 0x02 } }
    static var tangent: UInt8 { @_noAllocation get { 0x03 } }
    static var cotangent: UInt8 { @_noAllocation get { 0x04 } }
    static var secant: UInt8 { @_noAllocation get { 0x05 } }
    static var cosecant: UInt8 { @_noAllocation get { 0x06 } }
    static var arcSine: UInt8 { @_noAllocation get { 0x07 } }
    static var arcCosine: UInt8 { @_noAllocation get { 0x08 } }
    static var arcTangent: UInt8 { @_noAllocation get { 0x09 } }
    static var hyperbolicSine: UInt8 { @_noAllocation get { 0x0A } }
    static var hyperbolicCosine: UInt8 { @_noAllocation get { 0x0B } }
    static var hyperbolicTangent: UInt8 { @_noAllocation get { 0x0C } }
    static var logarithm: UInt8 { @_noAllocation get { 0x0D } }
    /// To base ten, unless a base is written.
    static var commonLogarithm: UInt8 { @_noAllocation get { 0x0E } }
    static var exponential: UInt8 { @_noAllocation get { 0x0F } }

    /// The function that a power of -1 makes of it, or 0.
    @_noAllocation
    static func inverse(of function: UInt8) -> UInt8 {
        switch function {
        case sine: arcSine
        case cosine: arcCosine
        case tangent: arcTangent
        default: 0
        }
    }
}
