/// A correlation of two columns with what both have from a third taken out.
package enum PartialCorrelation {
    /// `(r_xy - r_xz r_yz) / sqrt((1 - r_xz^2) (1 - r_yz^2))` of Spearman's coefficients, with one degree of freedom less.
    package static func spearman(
        _ first: [Double], _ second: [Double], controlling third: [Double]
    ) -> Estimate<Correlation> {
        Estimate { () throws(Undefined) in
            let xy = try Correlation.spearman(first, second).get().coefficient
            let xz = try Correlation.spearman(first, third).get().coefficient
            let yz = try Correlation.spearman(second, third).get().coefficient
            let rest = (1 - xz * xz) * (1 - yz * yz)
            guard rest > 0 else { throw .constant }
            let coefficient = min(1, max(-1, (xy - xz * yz) / rest.squareRoot()))
            return Correlation(
                kind: .spearman, coefficient: coefficient, count: first.count - 1,
                pValue: Correlation.pValue(coefficient, first.count - 1))
        }
    }
}
