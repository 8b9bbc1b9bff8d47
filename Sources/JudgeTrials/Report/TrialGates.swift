import ReportPages
import RewardKernel
import RewardReport
import RewardValidation
import TerminalText

/// The limits that a judge should hold before a policy is trained on it, for what trials measure.
package enum TrialGates {
    /// Of pairs, the share whose winner changes with the order.
    package static let flipRateMax = 0.15
    /// Equal answers to the same question.
    package static let retestMin = 0.95
    /// Replies without a verdict.
    package static let parseFailureMax = 0.01
    /// Completions known to be bad that pass.
    package static let falsePositiveMax = 0.05

    package static func parseFailures(_ counts: AnswerCounts) -> ValidationGate {
        atMost(parseFailureMax, "parse_failures", counts.parseFailures)
    }

    package static func flips(_ rate: Proportion) -> ValidationGate { atMost(flipRateMax, "flip_rate", rate) }

    package static func falsePositives(_ rate: Proportion) -> ValidationGate {
        atMost(falsePositiveMax, "false_positives", rate)
    }

    package static func retest(_ agreement: RetestAgreement) -> ValidationGate {
        let condition = "at least \(ShareText.percent(retestMin, fractionDigits: 0))"
        switch agreement.share {
        case .value(let share):
            return ValidationGate(
                name: "test_retest", condition: condition, measured: ShareText.percent(share),
                outcome: share >= retestMin ? .passed : .failed)
        case .undefined(let reason):
            return ValidationGate(
                name: "test_retest", condition: condition, measured: "undefined",
                outcome: .open(reason: reason.text))
        }
    }

    private static func atMost(_ limit: Double, _ name: String, _ rate: Proportion) -> ValidationGate {
        let condition = "at most \(ShareText.percent(limit, fractionDigits: 0))"
        switch rate.value {
        case .value(let share):
            return ValidationGate(
                name: name, condition: condition,
                measured: "\(ShareText.percent(share)) (\(rate.successCount) of \(rate.count))",
                outcome: share <= limit ? .passed : .failed)
        case .undefined(let reason):
            return ValidationGate(
                name: name, condition: condition, measured: "undefined", outcome: .open(reason: reason.text))
        }
    }
}

extension ValidationGate {
    package var hasPassed: Bool { outcome == .passed }

    var check: Check {
        switch outcome {
        case .passed: Check(name, .passed, "\(measured); \(condition)")
        case .failed: Check(name, .failed, "\(measured); \(condition)")
        case .open(let reason): Check(name, .undefined, "\(reason); \(condition)")
        }
    }

    var json: JSONValue {
        let word: String
        var reason: JSONValue = .null
        switch outcome {
        case .passed: word = "passed"
        case .failed: word = "failed"
        case .open(let why):
            word = "undefined"
            reason = .string(why)
        }
        return .object([
            "name": .string(name), "condition": .string(condition), "measured": .string(measured),
            "outcome": .string(word), "undefined": reason,
        ])
    }

    /// `fail  flip rate  75.0 % (30 of 40); at most 15 %`
    func line(style: TerminalStyle) -> String {
        switch outcome {
        case .passed: "  " + style(.success, "pass") + "       \(name): \(measured); \(condition)"
        case .failed: "  " + style(.failure, "fail") + "       \(name): \(measured); \(condition)"
        case .open(let reason): "  " + style(.warning, "undefined") + "  \(name): \(reason); \(condition)"
        }
    }
}
