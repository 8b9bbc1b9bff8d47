import RewardKernel
import RewardValidation

extension CalibrationReport {
    package var json: JSONValue {
        .object([
            "labels": .object([
                "source": .string(labelSource), "count": .count(input.labelCount),
                "of_unknown_rollouts": .count(input.strayLabelCount),
            ]),
            "scores": .object([
                "source": .string(scoreSource), "rollouts": .count(input.rolloutCount),
                "scored_again": .count(input.supersededCount),
            ]),
            "settings": .object([
                "threshold": .number(settings.threshold), "level": .number(settings.level),
                "seed": .integer(Int64(bitPattern: settings.seed)), "resamples": .count(settings.resampleCount),
                "width": .number(settings.width), "segment": .text(segmentField),
            ]),
            "passed": .bool(passesGates),
            "subjects": .array(entries.map(json)),
        ])
    }

    private func json(_ entry: Entry) -> JSONValue {
        let calibration = entry.calibration
        var members: [JSONValue.Member] = [.init("name", .string(calibration.name))]
        members += self.members(of: calibration.agreement)
        members.append(.init("decisions", Self.json(calibration.decisions)))
        members.append(.init("scores", calibration.scores.map(json) ?? .null))
        members.append(
            .init(
                "length",
                .object([
                    "judge": .correlation(calibration.lengths.judge, level: settings.level),
                    "people": .correlation(calibration.lengths.human, level: settings.level),
                    "both_without_length": .correlation(calibration.lengths.partial, level: settings.level),
                ])))
        members.append(.init("people", json(entry.part)))
        members.append(
            .init(
                "verdicts",
                .object([
                    "scored": .count(calibration.verdicts.scoredCount),
                    "parse_failed": .count(calibration.verdicts.parseFailedCount),
                    "other": .count(calibration.verdicts.otherCount),
                ])))
        members.append(.init("further_labels", .estimate(calibration.furtherLabelCount)))
        members.append(
            .init(
                "segments",
                .array(
                    calibration.segments.map { name, agreement in
                        .object([.init("name", .string(name))] + self.members(of: agreement))
                    })))
        members.append(.init("gates", .array(calibration.gates.map(Self.json))))
        return .object(members)
    }

    private func members(of agreement: PassAgreement) -> [JSONValue.Member] {
        let counts = agreement.table.counts
        var members: [JSONValue.Member] = [
            .init("labels", .count(agreement.count)), .init("prompt_groups", .count(agreement.groupCount)),
            .init("agreement", .proportion(agreement.table.agreement, level: settings.level)),
            .init(
                "kappa",
                .object([
                    "value": .figure(agreement.kappa.value.value),
                    "undefined": .text(agreement.kappa.value.reason?.text),
                    "bootstrap": .bootstrap(agreement.bootstrap),
                    "asymptotic": .interval(agreement.kappa.interval(level: settings.level)),
                ])),
            .init("people_pass", .proportion(agreement.humanPasses, level: settings.level)),
            .init("judge_passes", .proportion(agreement.judgePasses, level: settings.level)),
            .init(
                "table",
                .object([
                    "both_pass": .count(counts[1][1]), "only_people_pass": .count(counts[1][0]),
                    "only_judge_passes": .count(counts[0][1]), "both_fail": .count(counts[0][0]),
                ])),
        ]
        if let weighted = agreement.weighted {
            members.append(
                .init(
                    "weighted",
                    .object([
                        "agreement": .figure(weighted.agreement), "kappa": .estimate(weighted.kappa),
                        "bootstrap": .bootstrap(weighted.bootstrap), "people_pass": .figure(weighted.humanPassShare),
                        "judge_passes": .figure(weighted.judgePassShare),
                    ])))
        }
        return members
    }

    private static func json(_ decisions: BinaryOutcomes) -> JSONValue {
        .object([
            "positive": .string(decisions.positive), "precision": .estimate(decisions.precision),
            "recall": .estimate(decisions.recall), "specificity": .estimate(decisions.specificity),
            "false_positive_rate": .estimate(decisions.falsePositiveRate), "f1": .estimate(decisions.f1),
            "balanced_accuracy": .estimate(decisions.balancedAccuracy), "mcc": .estimate(decisions.matthewsCorrelation),
        ])
    }

    private func json(_ scores: SubjectCalibration.ScoreFigures) -> JSONValue {
        .object([
            "auc": .estimate(scores.curve.map(\.area)), "auc_bootstrap": .bootstrap(scores.areaBootstrap),
            "average_precision": .estimate(scores.averagePrecision), "brier": .estimate(scores.brier),
            "log_loss": .estimate(scores.logLoss), "threshold": Self.json(scores.threshold),
            "spearman": scores.spearman.map { .correlation($0, level: settings.level) } ?? .null,
            // A threshold above all scores has no number.
            "roc": .array(
                (scores.curve.value?.corners ?? []).map { point in
                    .object([
                        "threshold": .figure(point.threshold), "false_positive_rate": .figure(point.falsePositiveRate),
                        "true_positive_rate": .figure(point.truePositiveRate),
                    ])
                }),
        ])
    }

    private static func json(_ fit: Estimate<ThresholdFit>) -> JSONValue {
        switch fit {
        case .undefined(let reason): .object(["value": .null, "undefined": .string(reason.text)])
        case .value(let fit):
            .object([
                "value": .figure(fit.threshold), "fitted_on": .count(fit.fittingCount),
                "reported_on": .count(fit.reportingCount), "fitted_kappa": .estimate(fit.fittedKappa),
                "reported_kappa": .estimate(fit.reportedKappa), "reported_bootstrap": .bootstrap(fit.bootstrap),
                "present_kappa": .estimate(fit.presentKappa),
            ])
        }
    }

    private func json(_ part: CalibrationInput.Part) -> JSONValue {
        .object([
            "labelers": .count(part.people.raterCount), "shared_rollouts": .count(part.people.sharedItemCount),
            "agreement": .proportion(part.people.agreement, level: settings.level),
            "alpha": .estimate(part.people.alpha), "tied": .count(part.tiedCount),
            "unjudged": .object(part.unjudged.sorted { $0.key < $1.key }.map { .init($0.key, .count($0.value)) }),
        ])
    }

    private static func json(_ gate: ValidationGate) -> JSONValue {
        .object([
            "name": .string(gate.name), "outcome": .string(gate.outcome.word), "measured": .string(gate.measured),
            "wanted": .string(gate.condition), "reason": .text(gate.outcome.reason),
        ])
    }
}
