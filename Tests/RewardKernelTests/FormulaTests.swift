import RewardKernel
import RewardMemory
import Testing

@Suite struct FormulaTests {
    private func value(_ formula: String, _ scores: KeyValuePairs<String, Double> = [:]) throws -> Double? {
        let builder = makeBuilder()
        let plan = try FormulaPlan(formula, names: scores.map(\.key), builder)
        var values = InlineArray<32, Double>(repeating: .nan)
        for (index, score) in scores.enumerated() { values[index] = score.value }
        return plan.evaluate(values)
    }

    private func message(_ formula: String, names: [String] = []) throws -> String {
        let builder = makeBuilder()
        let error = #expect(throws: PlanError.self) { try FormulaPlan(formula, names: names, builder) }
        let refusal = try #require(error)
        #expect(refusal.key == ["formula"])
        return refusal.message
    }

    /// Values by Python, with ** for ^.
    @Test(arguments: [
        ("1+2*3", 7.0), ("(1+2)*3", 9), ("7-2-1", 4), ("8/4/2", 1), ("2^3^2", 512), ("-2^2", -4), ("2^-1", 0.5),
        ("(-2)^2", 4), ("--3", 3), ("-+-3", 3), ("2*-3", -6), ("1 - -1", 2), ("2^-2^0", 0.5), ("1e3+.5", 1000.5),
        ("min(3,1,2)", 1), ("max(3,1,2)", 3), ("abs(-2.5)", 2.5), ("floor(-1.5)", -2), ("ceil(-1.5)", -1),
        ("exp(0)", 1),
        ("sqrt(9)", 3), ("log(1)", 0), ("-abs(-1)^2", -1), (" 1\n+\t1 ", 2), ("0^0", 1), ("max(1, min(2, 3)) * 2", 4),
        ("0.1+0.2", 0.30000000000000004), ("2*3^2", 18), ("10-2^2*2", 2),
    ])
    func precedenceIsPythons(formula: String, expected: Double) throws {
        #expect(try value(formula) == expected)
    }

    @Test func variablesAreComponentNames() throws {
        #expect(try value("0.7 * quality + 0.3 * format", ["quality": 0.5, "format": 1]) == 0.7 * 0.5 + 0.3 * 1)
        #expect(try value("min + max(min, 2)", ["min": 1]) == 3)
        #expect(try value("länge_2 ^ 2", ["länge_2": 3]) == 9)
    }

    @Test func onlyTheNamedComponentsAreUsed() throws {
        let builder = makeBuilder()
        let plan = try FormulaPlan("c - a", names: ["a", "b", "c"], builder)
        #expect(plan.uses(0))
        #expect(!plan.uses(1))
        #expect(plan.uses(2))
        #expect(!plan.uses(31))
    }

    @Test(arguments: [
        "1/x", "log(x)", "sqrt(x-1)", "log(-1)", "1/x - 1/x", "min(1, 1/x)", "exp(1000+x)", "(-1)^(0.5+x)", "10^400*x",
    ])
    func valueThatIsNotFiniteIsReportedAndNotReturned(formula: String) throws {
        #expect(try value(formula, ["x": 0]) == nil)
    }

    @Test func missingScoreNeverPasses() throws {
        #expect(try value("max(1, x)", ["x": .nan]) == nil)
    }

    @Test func mistakesNameTheOffsetAndTheNearestWord() throws {
        #expect(
            try message("0.5*qualty", names: ["format", "quality"])
                == "no component is called qualty; the nearest is quality, at offset 4 of the formula")
        #expect(try message("mix(1,2)") == "no function is called mix; the nearest is max, at offset 0 of the formula")
        #expect(try message("1 +") == "the formula ends where a value should stand, at offset 3 of the formula")
        #expect(try message("1 2") == "expected an operator, at offset 2 of the formula")
        #expect(try message("(1") == "expected ), at offset 2 of the formula")
        #expect(try message("1 + $") == "expected a number, a name or a parenthesis, at offset 4 of the formula")
        #expect(try message("2**3") == "a power is written ^, at offset 1 of the formula")
        #expect(try message("abs(1,2)") == "abs takes one argument, at offset 0 of the formula")
        #expect(try message("min(1)") == "min takes two or more arguments, at offset 0 of the formula")
        #expect(try message("1.2.3") == "1.2.3 is not a number, at offset 0 of the formula")
        #expect(try message("1e999") == "1e999 is not a number, at offset 0 of the formula")
        #expect(try message("") == "the formula is empty, at offset 0 of the formula")
        #expect(try message("abs") == "the function abs wants its arguments in parentheses, at offset 0 of the formula")
    }

    @Test func nestingAndLengthAreBounded() throws {
        #expect(try message(String(repeating: "(", count: 100_000)).hasPrefix("a formula nests at most 32 deep"))
        #expect(try message(String(repeating: "-", count: 100_000) + "1").hasPrefix("a formula nests at most 32 deep"))
        #expect(try message(String(repeating: "2^", count: 100_000) + "1").hasPrefix("a formula nests at most 32 deep"))
        #expect(try message(String(repeating: "1+", count: 200) + "1").hasPrefix("a formula has at most 256 steps"))
        #expect(try value(String(repeating: "1+", count: 127) + "1") == 128)
        #expect(try value(String(repeating: "(", count: 31) + "1" + String(repeating: ")", count: 31)) == 1)
    }

    /// Random formulas are evaluated again by walking the tree they were made from.
    @Test func randomFormulasAgreeWithTheirTrees() throws {
        var numbers = SeededNumbers()
        for _ in 0..<3_000 {
            let tree = Tree.random(depth: 4, &numbers)
            let expected = tree.value
            let found = try value(tree.text, ["x": 0.25, "y": -3])
            #expect(found == expected, "\(tree.text)")
        }
    }
}

/// A formula as a tree, written with a parenthesis around everything.
private indirect enum Tree {
    case number(Int)
    case x, y
    case negated(Tree)
    case binary(String, Tree, Tree)
    case call(String, Tree, Tree)

    static func random(depth: Int, _ numbers: inout SeededNumbers) -> Tree {
        switch depth == 0 ? Int.random(in: 0..<3, using: &numbers) : Int.random(in: 0..<8, using: &numbers) {
        case 0: return .number(Int.random(in: 0...9, using: &numbers))
        case 1: return .x
        case 2: return .y
        case 3: return .negated(random(depth: depth - 1, &numbers))
        case 4:
            let name = Bool.random(using: &numbers) ? "min" : "max"
            return .call(name, random(depth: depth - 1, &numbers), random(depth: depth - 1, &numbers))
        default:
            let operation = ["+", "-", "*", "/"][Int.random(in: 0..<4, using: &numbers)]
            return .binary(operation, random(depth: depth - 1, &numbers), random(depth: depth - 1, &numbers))
        }
    }

    var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .x: "x"
        case .y: "y"
        case .negated(let tree): "(-\(tree.text))"
        case .binary(let operation, let left, let right): "(\(left.text) \(operation) \(right.text))"
        case .call(let name, let left, let right): "\(name)(\(left.text), \(right.text))"
        }
    }

    /// Nil as soon as a part is not finite.
    var value: Double? {
        switch self {
        case .number(let number): return Double(number)
        case .x: return 0.25
        case .y: return -3
        case .negated(let tree): return tree.value.map { -$0 }
        case .binary(let operation, let left, let right):
            guard let left = left.value, let right = right.value else { return nil }
            let value =
                switch operation {
                case "+": left + right
                case "-": left - right
                case "*": left * right
                default: left / right
                }
            return value.isFinite ? value : nil
        case .call(let name, let left, let right):
            guard let left = left.value, let right = right.value else { return nil }
            return name == "min" ? min(left, right) : max(left, right)
        }
    }
}
