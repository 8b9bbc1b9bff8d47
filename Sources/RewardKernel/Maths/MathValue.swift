internal import CCharconv
internal import CLinux

/// A complex number with a bound of its rounding error, and where it is rational in the names it holds, its residue.
internal struct MathValue: BitwiseCopyable {
    var real: Double = 0
    var imaginary: Double = 0
    /// What the parts may be off by, together.
    var error: Double = 0
    var residue: UInt64 = 0
    var hasResidue = false
    /// Whether a root or logarithm of a negative number was taken on the way: such values depend on a choice of branch.
    var crossedBranch = false
    /// For the table of values: whether this one was computed.
    var isKnown = false

    /// Half a unit in the last place of a double near 1.
    private static var unit: Double { @_noAllocation get { 0x1p-53 } }

    @_noAllocation
    init() {}

    @_noAllocation
    init(_ real: Double, residue: UInt64) {
        self.real = real
        self.residue = residue
        hasResidue = true
        error = Self.magnitude(real) * Self.unit
    }

    /// A value that is computed by rounding.
    @_noAllocation
    init(_ real: Double, _ imaginary: Double, error: Double) {
        self.real = real
        self.imaginary = imaginary
        self.error = error + (Self.magnitude(real) + Self.magnitude(imaginary)) * 4 * Self.unit
    }

    static var undefined: MathValue { @_noAllocation get { MathValue(.nan, 0, error: 0) } }

    var isFinite: Bool { @_noAllocation get { real.isFinite && imaginary.isFinite && error.isFinite } }
    /// Whether there is anything to compare.
    var isDefined: Bool { @_noAllocation get { hasResidue || isFinite } }
    var isReal: Bool { @_noAllocation get { Self.magnitude(imaginary) <= 64 * error } }
    /// An upper bound of the absolute value, at most 1.5 times it.
    var size: Double { @_noAllocation get { Self.magnitude(real) + Self.magnitude(imaginary) } }
    var absolute: Double { @_noAllocation get { plaudit_hypot(real, imaginary) } }

    /// The whole number that it is, when that is small and certain.
    var smallWhole: Int? {
        @_noAllocation get {
            guard isFinite, imaginary == 0, Self.magnitude(real) <= 1e9, plaudit_floor(real) == real else { return nil }
            let whole = Int(real)
            guard hasResidue else { return nil }
            let expected = MathResidue.reduce(UInt64(whole.magnitude))
            return residue == (whole < 0 ? MathResidue.negate(expected) : expected) ? whole : nil
        }
    }

    @_noAllocation @inline(__always)
    static func magnitude(_ value: Double) -> Double { value < 0 ? -value : value }

    @_noAllocation
    static func powerOfTen(_ exponent: Int) -> Double {
        plaudit_decimal_value(1, Int32(truncatingIfNeeded: exponent))
    }

    // MARK: Comparing

    /// Whether both are the same value. Where both have residues these decide, and the doubles only have to agree
    /// roughly; else the doubles have to agree within their errors, and these have to be small.
    @_noAllocation
    func equals(_ other: MathValue) -> Bool {
        let left = MathValue.magnitude(real - other.real)
        let distance = left + MathValue.magnitude(imaginary - other.imaginary)
        let scale = size > other.size ? size : other.size
        if hasResidue && other.hasResidue {
            guard residue == other.residue else { return false }
            return !(isFinite && other.isFinite) || distance <= 1e-6 * scale + 64 * (error + other.error)
        }
        guard isFinite, other.isFinite else { return false }
        let tolerance = 64 * (error + other.error)
        return distance <= tolerance && tolerance <= 1e-7 * (scale > 1 ? scale : 1)
    }

    /// Whether it is 0, as far as that can be told.
    var isZero: Bool {
        @_noAllocation get { hasResidue ? residue == 0 : (!isFinite || size <= 64 * error) }
    }

    // MARK: Arithmetic

    @_noAllocation
    func added(to other: MathValue) -> MathValue {
        var sum = MathValue(real + other.real, imaginary + other.imaginary, error: error + other.error)
        sum.takeResidue(from: self, other, MathResidue.add(residue, other.residue))
        return sum
    }

    @_noAllocation
    func negated() -> MathValue {
        var negative = self
        negative.real = -real
        negative.imaginary = -imaginary
        negative.residue = MathResidue.negate(residue)
        return negative
    }

    @_noAllocation
    func multiplied(by other: MathValue) -> MathValue {
        let isReal = imaginary == 0 && other.imaginary == 0
        var product = MathValue(
            isReal ? real * other.real : real * other.real - imaginary * other.imaginary,
            isReal ? 0 : real * other.imaginary + imaginary * other.real,
            error: size * other.error + other.size * error + error * other.error)
        product.takeResidue(from: self, other, MathResidue.multiply(residue, other.residue))
        return product
    }

    @_noAllocation
    func inverted() -> MathValue {
        let square = real * real + imaginary * imaginary
        // The square of a very large or small number is out of a double's range; the number itself need not be.
        let isReal = imaginary == 0
        let distance = isReal ? MathValue.magnitude(real) : plaudit_sqrt(square)
        var inverse = MathValue(
            isReal ? 1 / real : real / square, isReal ? 0 : -imaginary / square, error: error / distance / distance)
        if hasResidue && residue != 0 {
            inverse.takeResidue(from: self, self, MathResidue.invert(residue))
        } else {
            inverse.crossedBranch = crossedBranch
            if hasResidue { return .undefined }
        }
        return inverse
    }

    @_noAllocation
    private mutating func takeResidue(from left: MathValue, _ right: MathValue, _ value: UInt64) {
        hasResidue = left.hasResidue && right.hasResidue
        residue = hasResidue ? value : 0
        crossedBranch = left.crossedBranch || right.crossedBranch
    }

    // MARK: Powers, roots, functions

    @_noAllocation
    func raised(to exponent: MathValue) -> MathValue {
        if let whole = exponent.smallWhole { return raised(toWhole: whole) }
        if isFinite && size == 0 { return exponent.real > 0 ? MathValue(0, residue: 0) : .undefined }
        // b^x = e^(x log b)
        return logarithm().multiplied(by: exponent).exponential()
    }

    @_noAllocation
    private func raised(toWhole exponent: Int) -> MathValue {
        var factor = self
        var rest = exponent.magnitude
        var product = MathValue(1, residue: 1)
        while rest > 0 {
            if rest & 1 == 1 { product = product.multiplied(by: factor) }
            rest &>>= 1
            if rest > 0 { factor = factor.multiplied(by: factor) }
        }
        return exponent < 0 ? product.inverted() : product
    }

    /// The principal square root, or the root of that degree; real for negative numbers and odd degrees.
    @_noAllocation
    func root(_ degree: Int) -> MathValue {
        guard isFinite else { return withoutValue() }
        if size == 0 { return MathValue(0, residue: 0) }
        if imaginary == 0 {
            let isOdd = degree & 1 == 1
            let distance = MathValue.magnitude(real)
            let value = degree == 2 ? plaudit_sqrt(distance) : plaudit_pow(distance, 1 / Double(degree))
            let rootError = error * value / (distance * Double(degree))
            if real > 0 || isOdd {
                var result = MathValue(real < 0 ? -value : value, 0, error: rootError)
                result.crossedBranch = crossedBranch || real < 0
                return result
            }
            if degree == 2 {
                var result = MathValue(0, value, error: rootError)
                result.crossedBranch = true
                return result
            }
        }
        return logarithm().multiplied(by: MathValue(1 / Double(degree), 0, error: 0)).exponential()
    }

    @_noAllocation
    func logarithm() -> MathValue {
        guard isFinite, size > 0 else { return withoutValue() }
        let distance = imaginary == 0 ? MathValue.magnitude(real) : absolute
        let angle = imaginary == 0 && real > 0 ? 0 : plaudit_atan2(imaginary, real)
        var result = MathValue(plaudit_log(distance), angle, error: error / distance)
        result.error += MathValue.unit
        result.crossedBranch = crossedBranch || angle != 0
        return result
    }

    @_noAllocation
    func exponential() -> MathValue {
        let growth = plaudit_exp(real)
        var result = MathValue(
            imaginary == 0 ? growth : growth * plaudit_cos(imaginary),
            imaginary == 0 ? 0 : growth * plaudit_sin(imaginary), error: growth * error)
        result.crossedBranch = crossedBranch
        return result
    }

    /// A function of the reals; undefined elsewhere.
    @_noAllocation
    func applying(_ function: UInt8) -> MathValue {
        switch function {
        case MathFunction.logarithm: return logarithm()
        case MathFunction.commonLogarithm:
            return logarithm().multiplied(by: MathValue(0.434_294_481_903_251_82, 0, error: 0))
        case MathFunction.exponential: return exponential()
        case MathFunction.cotangent: return applying(MathFunction.tangent).inverted()
        case MathFunction.secant: return applying(MathFunction.cosine).inverted()
        case MathFunction.cosecant: return applying(MathFunction.sine).inverted()
        default: break
        }
        guard isFinite, isReal else { return withoutValue() }
        var result: MathValue
        switch function {
        case MathFunction.sine: result = MathValue(plaudit_sin(real), 0, error: error)
        case MathFunction.cosine: result = MathValue(plaudit_cos(real), 0, error: error)
        case MathFunction.tangent:
            let tangent = plaudit_tan(real)
            result = MathValue(tangent, 0, error: error * (1 + tangent * tangent))
        case MathFunction.arcSine, MathFunction.arcCosine:
            let slope = 1 / plaudit_sqrt(MathValue.magnitude(1 - real * real) + 1e-12)
            let angle = function == MathFunction.arcSine ? plaudit_asin(real) : plaudit_acos(real)
            result = MathValue(angle, 0, error: error * slope)
        case MathFunction.arcTangent: result = MathValue(plaudit_atan(real), 0, error: error)
        case MathFunction.hyperbolicSine: result = MathValue(plaudit_sinh(real), 0, error: error * plaudit_cosh(real))
        case MathFunction.hyperbolicCosine: result = MathValue(plaudit_cosh(real), 0, error: error * plaudit_cosh(real))
        default: result = MathValue(plaudit_tanh(real), 0, error: error)
        }
        // Zeros of sine and cosine are known as well as their argument and no better.
        result.error += MathValue.unit
        result.crossedBranch = crossedBranch
        return result
    }

    @_noAllocation
    func withoutValue() -> MathValue {
        var value = MathValue.undefined
        value.crossedBranch = crossedBranch
        return value
    }
}
