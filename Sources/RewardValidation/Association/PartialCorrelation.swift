/// A correlation of two columns with what both have from a third taken out.
package enum PartialCorrelation {
    /// `1 - r^2` from which on nothing but rounding may be left of a column.
    private static let restMin = 1e-12

    /// `(r_xy - r_xz r_yz) / sqrt((1 - r_xz^2) (1 - r_yz^2))` of Spearman's coefficients, with one degree of freedom less. Constant
    /// when one of the columns is the third, or its opposite.
    package static func spearman(
        _ first: [Double], _ second: [Double], controlling third: [Double]
    ) -> Estimate<Correlation> {
        Estimate { () throws(Undefined) in
            let xy = try Correlation.spearman(first, second).get().coefficient
            let xz = try Correlation.spearman(first, third).get().coefficient
            let yz = try Correlation.spearman(second, third).get().coefficient
            let (xRest, yRest) = (1 - xz * xz, 1 - yz * yz)
            guard min(xRest, yRest) > restMin else { throw .constant }
            let coefficient = min(1, max(-1, (xy - xz * yz) / (xRest * yRest).squareRoot()))
            return Correlation(
                kind: .spearman, coefficient: coefficient, count: first.count - 1,
                pValue: Correlation.pValue(coefficient, first.count - 1))
        }
    }
}
