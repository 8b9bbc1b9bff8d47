/// The conditions that a calibration should meet. They are suggestions with settings, and what cannot be told stays open: a pass by
/// too few labels is none.
package enum CalibrationGates {
    static func of(
        _ agreement: PassAgreement, _ lengths: SubjectCalibration.LengthFigures,
        _ verdicts: SubjectCalibration.VerdictCounts, _ settings: CalibrationSettings
    ) -> [ValidationGate] {
        [
            labels(agreement, settings), kappa(agreement, settings), lowKappa(agreement, settings),
            length(agreement, lengths, settings), parsing(verdicts, settings),
        ]
    }

    private static func hasEnough(_ agreement: PassAgreement, _ settings: CalibrationSettings) -> Bool {
        agreement.count >= settings.labelCountMin && agreement.smallerClassCount >= settings.classCountMin
    }

    private static func shortage(_ agreement: PassAgreement, _ settings: CalibrationSettings) -> String {
        agreement.count < settings.labelCountMin
            ? "too few labels: \(agreement.count) of \(settings.labelCountMin)"
            : "too few labels of one class: \(agreement.smallerClassCount) of \(settings.classCountMin)"
    }

    private static func labels(_ agreement: PassAgreement, _ settings: CalibrationSettings) -> ValidationGate {
        ValidationGate(
            name: "labels",
            condition: "at least \(settings.labelCountMin), of each class \(settings.classCountMin)",
            measured: "\(agreement.count), of the smaller class \(agreement.smallerClassCount)",
            outcome: hasEnough(agreement, settings) ? .passed : .open(reason: shortage(agreement, settings)))
    }

    /// Few labels suffice to fail: when the whole interval is below.
    private static func kappa(_ agreement: PassAgreement, _ settings: CalibrationSettings) -> ValidationGate {
        ValidationGate(
            name: "kappa", condition: "at least \(FigureWords.decimal(settings.kappaMin))",
            measured: FigureWords.text(agreement.kappa.value),
            outcome: outcome(
                agreement.kappa.value, bound: settings.kappaMin,
                isSurelyBelow: (agreement.bootstrap.value?.interval.high ?? 1) < settings.kappaMin, agreement, settings)
        )
    }

    private static func lowKappa(_ agreement: PassAgreement, _ settings: CalibrationSettings) -> ValidationGate {
        let low = agreement.bootstrap.map(\.interval.low)
        let high = agreement.bootstrap.value?.interval.high ?? 1
        return ValidationGate(
            name: "kappa_low",
            condition: "an interval that begins at \(FigureWords.decimal(settings.kappaLowMin)) or above",
            measured: FigureWords.text(low),
            outcome: outcome(
                low, bound: settings.kappaLowMin, isSurelyBelow: high < settings.kappaLowMin, agreement, settings))
    }

    private static func outcome(
        _ estimate: Estimate<Double>, bound: Double, isSurelyBelow: Bool, _ agreement: PassAgreement,
        _ settings: CalibrationSettings
    ) -> ValidationGate.Outcome {
        switch estimate {
        case .undefined(let reason): return .open(reason: reason.text)
        case .value(let value) where value < bound && (isSurelyBelow || hasEnough(agreement, settings)):
            return .failed
        case .value:
            return hasEnough(agreement, settings) ? .passed : .open(reason: shortage(agreement, settings))
        }
    }

    /// A judge may like long texts as much as people do.
    private static func length(
        _ agreement: PassAgreement, _ lengths: SubjectCalibration.LengthFigures, _ settings: CalibrationSettings
    ) -> ValidationGate {
        let bound = FigureWords.decimal(settings.lengthCorrelationMax)
        let human = lengths.human.value.map { abs($0.coefficient) } ?? 0
        let outcome: ValidationGate.Outcome
        switch lengths.judge {
        // A score that never changes follows nothing.
        case .undefined(let reason): outcome = .open(reason: reason.text)
        case .value(let judge):
            let isLarge = abs(judge.coefficient) > settings.lengthCorrelationMax && abs(judge.coefficient) > human
            let nearest = judge.interval(level: settings.level).value.map { interval in
                interval.excludesZero ? min(abs(interval.low), abs(interval.high)) : 0
            }
            if isLarge, hasEnough(agreement, settings) || (nearest ?? 0) > max(settings.lengthCorrelationMax, human) {
                outcome = .failed
            } else {
                outcome = hasEnough(agreement, settings) ? .passed : .open(reason: shortage(agreement, settings))
            }
        }
        return ValidationGate(
            name: "length", condition: "Spearman with the length of at most \(bound), or of no more than people's",
            measured: "judge \(FigureWords.text(lengths.judge.map(\.coefficient))), "
                + "people \(FigureWords.text(lengths.human.map(\.coefficient)))",
            outcome: outcome)
    }

    private static func parsing(
        _ verdicts: SubjectCalibration.VerdictCounts, _ settings: CalibrationSettings
    ) -> ValidationGate {
        let failures = verdicts.parseFailures
        let low = failures.wilson(level: settings.level).value?.low ?? 0
        let outcome: ValidationGate.Outcome
        switch failures.value {
        case .undefined(let reason): outcome = .open(reason: reason.text)
        case .value(let share) where share > settings.parseFailureShareMax:
            outcome =
                failures.count >= settings.labelCountMin || low > settings.parseFailureShareMax
                ? .failed : .open(reason: "too few verdicts: \(failures.count) of \(settings.labelCountMin)")
        case .value:
            outcome =
                failures.count >= settings.labelCountMin
                ? .passed : .open(reason: "too few verdicts: \(failures.count) of \(settings.labelCountMin)")
        }
        return ValidationGate(
            name: "parse_failures",
            condition: "at most \(FigureWords.decimal(settings.parseFailureShareMax * 100)) % of the verdicts",
            measured: "\(failures.successCount) of \(failures.count)", outcome: outcome)
    }
}
