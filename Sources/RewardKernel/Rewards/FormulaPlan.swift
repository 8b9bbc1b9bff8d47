internal import CLinux
internal import RewardMemory

/// A reward's formula over its components' scores, compiled to steps of a stack machine.
///
/// Grammar, with the precedence of Python's operators where `^` stands for `**`:
///
///     sum     = product { ("+" | "-") product }
///     product = unary { ("*" | "/") unary }
///     unary   = ("-" | "+") unary | power
///     power   = primary [ "^" unary ]
///     primary = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
///
/// So `^` binds right to left and tighter than a sign on its left: `-2^2` is -4, `2^-1` is 0.5, `2^3^2` is 512.
/// Functions: `min` and `max` of two or more, `abs`, `floor`, `ceil`, `exp`, `sqrt`, `log` (natural) of one.
package struct FormulaPlan: BitwiseCopyable {
    /// One step: `number` pushes, `variable` pushes a score, the rest work on the top of the stack.
    internal enum Operation: UInt8, BitwiseCopyable {
        case number, variable
        case negate, add, subtract, multiply, divide, power
        case minimum, maximum, absolute, floor, ceiling, exponential, squareRoot, logarithm
    }

    internal struct Step: BitwiseCopyable {
        var operation: Operation
        /// Index of the component, for `variable`.
        var variable: Int32 = 0
        /// The constant, for `number`.
        var number: Double = 0
    }

    private let steps: FixedTable<Step>

    /// Bit i is set when the formula reads the score of component i.
    private let usedComponents: UInt32

    /// Compiles `text`, whose variables are `names`: the reward's components in their order.
    // Allocates: while a plan is compiled.
    package init(_ text: String, names: [String], _ builder: PlanBuilder) throws(PlanError) {
        precondition(
            names.count <= Limits.componentCountMax, "a reward has at most as many components as the mask has bits")
        var compiler = FormulaCompiler(text, names: names)
        let compiled = try compiler.compile()
        steps = builder.storage.makeTable(compiled)
        var used: UInt32 = 0
        for step in compiled where step.operation == .variable { used |= 1 << UInt32(step.variable) }
        usedComponents = used
    }

    /// Whether the formula reads the score of that component, which must be there then when it is evaluated.
    @_noAllocation
    package func uses(_ index: Int) -> Bool {
        precondition(index >= 0 && index < Limits.componentCountMax, "a component index is a bit of the mask")
        return usedComponents &>> UInt32(truncatingIfNeeded: index) & 1 != 0
    }

    /// The formula's value for these scores, one a component; nil when it is not a finite number (a division by zero,
    /// the logarithm of a negative score, an overflow), which is a failure and never a reward.
    ///
    /// Every step is looked at: an infinity or NaN on the way fails even where a later step would hide it, as `1/0`
    /// would be hidden in `min(1, 1/0)`.
    @_noAllocation
    package func evaluate(_ scores: borrowing InlineArray<32, Double>) -> Double? {
        var stack = InlineArray<32, Double>(repeating: 0)
        var top = -1
        var index = 0
        while index < steps.count {
            let step = steps[index]
            index &+= 1
            switch step.operation {
            case .number:
                top &+= 1
                stack[top] = step.number
            case .variable:
                top &+= 1
                stack[top] = scores[Int(step.variable)]
            case .negate, .absolute, .floor, .ceiling, .exponential, .squareRoot, .logarithm:
                stack[top] = Self.apply(step.operation, stack[top])
            case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum:
                top &-= 1
                stack[top] = Self.apply(step.operation, stack[top], stack[top &+ 1])
            }
            guard stack[top].isFinite else { return nil }
        }
        return stack[0]
    }

    @_noAllocation @inline(__always)
    private static func apply(_ operation: Operation, _ value: Double) -> Double {
        switch operation {
        case .negate: -value
        case .absolute: value < 0 ? -value : value
        case .floor: plaudit_floor(value)
        case .ceiling: plaudit_ceil(value)
        case .exponential: plaudit_exp(value)
        case .squareRoot: plaudit_sqrt(value)
        case .logarithm: plaudit_log(value)
        case .number, .variable, .add, .subtract, .multiply, .divide, .power, .minimum, .maximum:
            preconditionFailure("an operation of one value")
        }
    }

    @_noAllocation @inline(__always)
    private static func apply(_ operation: Operation, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .power: plaudit_pow(left, right)
        case .minimum: right < left ? right : left
        case .maximum: right > left ? right : left
        case .number, .variable, .negate, .absolute, .floor, .ceiling, .exponential, .squareRoot, .logarithm:
            preconditionFailure("an operation of two values")
        }
    }
}
