internal import RewardMemory

/// One node of a parsed answer. Nodes stand in one pool and name each other by index; -1 is none.
internal struct MathNode: BitwiseCopyable {
    internal enum Kind: UInt8, BitwiseCopyable {
        case number
        case variable
        case constant
        /// Children with `sign`.
        case sum
        /// Children, each inverted when `isInverse`.
        case product
        case power
        case root
        case function
        case factorial
        case absolute
        case floor
        case ceiling
        case binomial
        case percent
        /// Items of a list without brackets: no order.
        case list
        /// Items in `\{ \}`: no order.
        case set
        /// Items in round or square brackets, ordered: a tuple, a point, an interval.
        case tuple
        /// Sets joined by the signs of their operands.
        case setSum
        /// Expressions related by the signs of their operands.
        case relation
        /// One part of a relation or of joined sets: its only child. The sign before it stands in `code`, 0 for the first.
        case operand
        case matrix
        case row
        case text
    }

    internal enum Sign: UInt8, BitwiseCopyable { case plus, minus, plusMinus, minusPlus }

    var kind: Kind
    /// As a part of a sum.
    var sign = Sign.plus
    /// As a part of a product.
    var isInverse = false
    /// Whether a `\pm` stands somewhere below.
    var hasChoice = false
    /// A number written with a decimal mark or a power of ten: its last digit stands for `10^-places`.
    var isDecimal = false
    /// Brackets of a tuple: `(` or `[`, and their counterparts.
    var opening: UInt8 = 0
    var closing: UInt8 = 0
    /// A sign of relation or of sets, a function, a constant.
    var code: UInt8 = 0
    var places: Int16 = 0
    var firstChild: Int16 = -1
    var lastChild: Int16 = -1
    var next: Int16 = -1
    var childCount: Int16 = 0
    /// A number's value.
    var number: Double = 0
    /// A number's residue, a variable's name.
    var bits: UInt64 = 0
    /// Where it stands in the cleaned answer.
    var start: Int32 = 0
    var end: Int32 = 0

    var isNumber: Bool {
        @_noAllocation get {
            switch kind {
            case .number: true
            default: false
            }
        }
    }

    var isText: Bool {
        @_noAllocation get {
            switch kind {
            case .text: true
            default: false
            }
        }
    }

    @_noAllocation
    init(_ kind: Kind) {
        self.kind = kind
    }
}
