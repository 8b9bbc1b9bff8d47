import RewardValidation
import Testing

// Goal: the agreement that others measured between people and judges, from their own labels.

@Suite(.enabled(if: PublishedJudgements.isPresent)) struct LabelConformanceTests {
    // MARK: PandaLM

    private struct PandaRow: Decodable {
        struct Judge: Decodable { var verdict: String? }
        var human: [String]
        var judges: [String: Judge]

        var majority: String? {
            human.first { label in human.count { $0 == label } >= 2 }
        }
    }

    @Test func pandaLMPeopleAgreeAsPublished() throws {
        let rows = try PublishedJudgements.rows("preferences/pandalm.jsonl", as: PandaRow.self)
        #expect(rows.count == 337)
        let columns = (0..<3).map { person in rows.map { $0.human[person] } }
        let matrix = KappaMatrix(ratings: columns.map { $0.map(Optional.some) })
        for (first, second, kappa, agreement) in [
            (0, 1, 0.866853, 0.922849), (0, 2, 0.882041, 0.931751), (1, 2, 0.851508, 0.913947),
        ] {
            let cell = try #require(matrix.cell(second, first))
            #expect(isClose(cell.kappa.value, kappa) && isClose(cell.table.agreement.value, agreement))
        }
        #expect(isClose(FleissKappa.value(ratings: rows.map(\.human)), 0.866768))
        #expect(rows.allSatisfy { $0.majority != nil })
    }

    @Test(arguments: [("gpt-3.5-turbo", 331, 242, 0.513107), ("pandalm-7b", 337, 227, 0.439827)])
    func pandaLMJudgesAgreeWithPeopleAsPublished(
        _ judge: String, _ usable: Int, _ agreeing: Int, _ kappa: Double
    ) throws {
        let rows = try PublishedJudgements.rows("preferences/pandalm.jsonl", as: PandaRow.self)
        let pairs = try rows.compactMap { row in
            try row.judges[judge]?.verdict.map { (try #require(row.majority), $0) }
        }
        let table = ConfusionTable(pairs.map(\.0), pairs.map(\.1))
        #expect(table.count == usable && table.agreeingCount == agreeing)
        #expect(isClose(CohenKappa(table).value, kappa))
    }

    @Test func pandaLMJudgesAgreeWithEachOtherAsPublished() throws {
        let rows = try PublishedJudgements.rows("preferences/pandalm.jsonl", as: PandaRow.self)
        let matrix = KappaMatrix(
            ratings: ["gpt-3.5-turbo", "pandalm-7b"].map { judge in rows.map { $0.judges[judge]?.verdict } })
        let cell = try #require(matrix.cell(0, 1))
        #expect(cell.table.count == 331)
        #expect(isClose(cell.table.agreement.value, 0.703927) && isClose(cell.kappa.value, 0.474637))
    }

    // MARK: XSTest

    private struct Compliance: Decodable {
        var human: [String]
        var label: String
        var autoString: String
        var autoGpt4: String
    }

    private static func isFull(_ label: String) -> Bool { label == "1_full_compliance" }

    /// "Did it fully comply?" as a criterion: met is 1. A refusal to judge counts as "not full", as upstream has it.
    @Test func xstestAgreesAsABooleanCriterion() throws {
        let rows = try PublishedJudgements.rows("safety/xstest_completions.jsonl", as: Compliance.self)
        #expect(rows.count == 775)
        func kappa(_ first: (Compliance) -> String, _ second: (Compliance) -> String) -> Estimate<Double> {
            CohenKappa(
                rows.map { Self.isFull(first($0)) ? 1 : 0 }, rows.map { Self.isFull(second($0)) ? 1 : 0 }
            ).value
        }
        #expect(isClose(kappa({ $0.human[0] }, { $0.human[1] }), 0.950856))
        #expect(isClose(kappa({ $0.label }, { $0.autoGpt4 }), 0.654168))
        #expect(isClose(kappa({ $0.label }, { $0.autoString }), 0.791742))
    }

    @Test func xstestAgreesInThreeClasses() throws {
        let rows = try PublishedJudgements.rows("safety/xstest_completions.jsonl", as: Compliance.self)
        func table(_ first: (Compliance) -> String, _ second: (Compliance) -> String) -> ConfusionTable<String> {
            ConfusionTable(rows.map(first), rows.map(second))
        }
        let people = table({ $0.human[0] }, { $0.human[1] })
        #expect(people.agreeingCount == 746 && isClose(CohenKappa(people).value, 0.934403))
        let judge = table({ $0.label }, { $0.autoGpt4 })
        #expect(judge.agreeingCount == 623 && isClose(CohenKappa(judge).value, 0.639526))
        let matcher = table({ $0.label }, { $0.autoString })
        #expect(matcher.agreeingCount == 659 && isClose(CohenKappa(matcher).value, 0.72203))
    }
}
