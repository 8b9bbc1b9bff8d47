import RewardConfig
import Testing

/// Every kind of error, with its exact place and words: the message is the interface here.
@Suite struct ConfigurationErrorTests {
    @Test func unknownKeyNamesTheNearestOne() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, tolerence: 3}") == [
                "r.yaml:4:44: rewards.r.components.c.tolerence: unknown key; did you mean `tolerance`?"
            ])
        #expect(
            errorLines("version: 1\nreward: {}\n") == [
                "r.yaml:1:1: the key `rewards` is missing",
                "r.yaml:2:1: reward: unknown key; did you mean `rewards`?",
            ])
    }

    @Test func unknownKeyWithNothingNearListsWhatIsKnown() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, colour: red}") == [
                "r.yaml:4:44: rewards.r.components.c.colour: unknown key; known here: type, weight, scale, clamp, gate, "
                    + "unit, tokenizer, target, tolerance"
            ])
    }

    @Test func keyThatIsThereAlreadyIsNotSuggestedAgain() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, targets: 6}") == [
                "r.yaml:4:44: rewards.r.components.c.targets: unknown key; did you mean `target`?"
            ])
    }

    @Test func wrongTypeSaysWhatWasExpectedAndFound() {
        #expect(
            errorLines(component: #"{type: length_penalty, target: 5, weight: "0.5"}"#) == [
                "r.yaml:4:52: rewards.r.components.c.weight: expected a number, found the string \"0.5\"; "
                    + "write it without quotes"
            ])
        #expect(
            errorLines(component: "{type: length_penalty, target: 1_000}") == [
                "r.yaml:4:41: rewards.r.components.c.target: expected a number or a list of two numbers, [low, high], "
                    + "found the string \"1_000\"; write 1000"
            ])
        #expect(
            errorLines(component: "{type: length_penalty, target: {low: 3}}") == [
                "r.yaml:4:41: rewards.r.components.c.target: expected a number or a list of two numbers, [low, high], "
                    + "found a mapping"
            ])
        #expect(
            errorLines(component: "[1, 2]") == [
                "r.yaml:4:10: rewards.r.components.c: expected a mapping with the key `type`, found a list"
            ])
        #expect(
            errorLines(component: "{type: 5}") == [
                "r.yaml:4:17: rewards.r.components.c.type: expected the name of a component type, found the number 5; "
                    + "quote it: \"5\""
            ])
    }

    @Test func missingKeyPointsAtTheNameOfItsMapping() {
        #expect(
            errorLines(component: "{type: length_penalty}") == [
                "r.yaml:4:7: rewards.r.components.c: the key `target` is missing; such as `target: [20, 200]`"
            ])
        #expect(
            errorLines(component: "{weight: 1}") == [
                "r.yaml:4:7: rewards.r.components.c: the key `type` is missing; such as `type: length_penalty`"
            ])
        #expect(
            errorLines("rewards:\n  a: {}\n") == ["r.yaml:2:3: rewards.a: the key `components` is missing"])
    }

    @Test func outOfRangeValueNamesTheRange() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, tolerance: [1, -2]}") == [
                "r.yaml:4:59: rewards.r.components.c.tolerance[1]: -2 is out of range; it is at least 0"
            ])
        #expect(
            errorLines("server: {workers: 65}\nrewards: {r: {components: {c: {type: length_penalty, target: 5}}}}") == [
                "r.yaml:1:19: server.workers: 65 is out of range; it is between 1 and 64"
            ])
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, weight: .inf}") == [
                "r.yaml:4:52: rewards.r.components.c.weight: expected a finite number, found .inf"
            ])
        #expect(
            errorLines(component: "{type: length_penalty, target: [9, 3]}") == [
                "r.yaml:4:41: rewards.r.components.c.target: the lower end comes first; write [3, 9]"
            ])
    }

    @Test func everyDuplicateKeyIsFoundWithBothItsLines() {
        let yaml = """
            rewards:
              r:
                components:
                  c: {type: length_penalty, target: 5, weight: 1, weight: 2}
                  d: {type: length_penalty, target: 5}
                  "c": {type: length_penalty, target: 5, wieght: 1}
            rewards: {}
            """
        #expect(
            errorLines(yaml) == [
                "r.yaml:4:55: rewards.r.components.c.weight: this key stands twice, first in line 4; "
                    + "leave one of them out",
                "r.yaml:6:7: rewards.r.components.c: this key stands twice, first in line 4; leave one of them out",
                "r.yaml:7:1: rewards: this key stands twice, first in line 1; leave one of them out",
            ])
    }

    @Test func duplicateKeysBehindOtherScriptsAreFoundAtTheirPlace() {
        #expect(
            errorLines("# ключ: 值 \u{1F600}\nrewards: {r: {\u{E9}: 1, \u{E9}: 2}}") == [
                "r.yaml:2:11: rewards.r: the key `components` is missing",
                "r.yaml:2:15: rewards.r.\u{E9}: unknown key; known here: grader, aggregate, formula, range, neutral, components",
                "r.yaml:2:21: rewards.r.\u{E9}: this key stands twice, first in line 2; leave one of them out",
            ])
    }

    @Test func unknownComponentTypeNamesTheNearestOne() {
        #expect(
            errorLines(component: "{type: lenght_penalty, target: 5}") == [
                "r.yaml:4:17: rewards.r.components.c.type: unknown component type \"lenght_penalty\"; "
                    + "did you mean `length_penalty`?"
            ])
    }

    @Test func badNamesAreRefused() {
        for name in ["\"a b\"", "1a", "\"\"", "-a", "\"a\\nb\"", "größe"] {
            let lines = errorLines("rewards: {r: {components: {\(name): {type: length_penalty, target: 5}}}}")
            #expect(lines.count == 1)
            #expect(lines.first?.hasPrefix("r.yaml:1:28: ") == true)
            #expect(lines.first?.contains("the name of a component begins with a letter") == true)
        }
        #expect(errorLines("rewards: {r: {components: {a.b-C_9: {type: length_penalty, target: 5}}}}").isEmpty)
    }

    @Test func tooManyComponentsAreRefused() {
        func yaml(componentCount: Int) -> String {
            let components = (0..<componentCount).map { "      c\($0): {type: length_penalty, target: 5}" }
            return "rewards:\n  r:\n    components:\n" + components.joined(separator: "\n")
        }
        #expect(errorLines(yaml(componentCount: 32)).isEmpty)
        #expect(
            errorLines(yaml(componentCount: 33)) == [
                "r.yaml:3:5: rewards.r.components: has 33 components; a reward has at most 32"
            ])
    }

    @Test func gateOutsideTheRangeIsRefused() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, gate: {below: 1, reward: -1}}") == [
                "r.yaml:4:69: rewards.r.components.c.gate.reward: lies outside the reward's range [0, 1]"
            ])
    }

    @Test func formulaAndAggregateBelongTogether() {
        #expect(
            errorLines("rewards:\n  r:\n    formula: c\n    components: {c: {type: length_penalty, target: 5}}") == [
                "r.yaml:3:5: rewards.r.formula: a formula is only read with `aggregate: formula`"
            ])
        #expect(
            errorLines("rewards:\n  r:\n    aggregate: formula\n    components: {c: {type: length_penalty, target: 5}}")
                == [
                    "r.yaml:2:3: rewards.r: the key `formula` is missing; "
                        + "`aggregate: formula` computes the reward by it"
                ])
    }

    @Test func negativeWeightsBelongToSums() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, weight: -1}") == [
                "r.yaml:4:52: rewards.r.components.c.weight: a weight is at least 0 with `aggregate: weighted_mean`; "
                    + "only weighted_sum takes negative weights"
            ])
        #expect(
            errorLines(
                "rewards: {r: {aggregate: weighted_sum, components: {c: {type: length_penalty, target: 5, weight: -1}}}}"
            ).isEmpty)
    }

    @Test func whatOnlyCompilingFindsPointsIntoTheFile() {
        #expect(
            errorLines(component: "{type: length_penalty, target: 5, weight: 0}") == [
                "r.yaml:3:5: rewards.r.components: every component has weight 0; at least one must count"
            ])
    }

    @Test func allErrorsAreReportedInTheOrderOfTheFile() {
        let yaml = """
            server: {worker: 1}
            rewards:
              a: {neutral: sometimes, components: {}}
              b: 5
            version: 2
            """
        #expect(
            errorLines(yaml) == [
                "r.yaml:1:10: server.worker: unknown key; did you mean `workers`?",
                "r.yaml:3:16: rewards.a.neutral: expected renormalise, group_mean, null or {fixed: number}, "
                    + "found the string \"sometimes\"",
                "r.yaml:3:39: rewards.a.components: a reward has at least one component",
                "r.yaml:4:6: rewards.b: expected a mapping with the key `components`, or `grader`, found the number 5",
                "r.yaml:5:10: version: this version of plaudit reads configurations of version 1",
            ])
    }

    @Test func controlCharactersOfAFileDoNotReachTheTerminal() {
        for line in errorLines("rewards: \"\\e[31m\\u202E\\0\"") {
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
        }
    }
}
