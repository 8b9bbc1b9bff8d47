import Foundation

/// The standard normal distribution.
package enum NormalDistribution {
    /// P(Z <= x), by the complementary error function, which keeps its relative accuracy in the left tail.
    package static func cumulative(_ x: Double) -> Double {
        0.5 * erfc(-x / 2.0.squareRoot())
    }

    /// P(|Z| >= |x|).
    package static func twoSided(_ x: Double) -> Double {
        erfc(abs(x) / 2.0.squareRoot())
    }

    /// The x with P(Z <= x) = `probability`: Wichura's PPND16 (1988, Algorithm AS 241), about 1 part in 10^16.
    /// Infinite at 0 and 1; outside them there is none, which is a mistake of the caller.
    package static func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is from 0 to 1")
        let q = probability - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * polynomial(centreAbove, r) / polynomial(centreBelow, r)
        }
        let tail = min(probability, 1 - probability)
        guard tail > 0 else { return q < 0 ? -.infinity : .infinity }
        var r = (-log(tail)).squareRoot()
        let distance: Double
        if r <= 5 {
            r -= 1.6
            distance = polynomial(middleAbove, r) / polynomial(middleBelow, r)
        } else {
            r -= 5
            distance = polynomial(farAbove, r) / polynomial(farBelow, r)
        }
        return q < 0 ? -distance : distance
    }

    /// How many standard errors an interval of this confidence reaches to each side.
    package static func reach(level: Double) -> Double {
        quantile(0.5 + level / 2)
    }

    /// Coefficients from the constant upwards.
    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
    }

    private static let centreAbove = [
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
    ]
    private static let centreBelow = [
        1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
        3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
    ]
    private static let middleAbove = [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ]
    private static let middleBelow = [
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
        1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ]
    private static let farAbove = [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ]
    private static let farBelow = [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ]
}
