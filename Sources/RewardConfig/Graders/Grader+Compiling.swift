import RewardJudge
import RewardKernel
import RewardMemory

extension Grader {
    /// Reads the text of a grader's file.
    package static func read(_ bytes: [UInt8]) throws(GraderError) -> (grader: Grader, json: JSONValue) {
        let json: JSONValue
        do throws(JSONValue.ParseError) {
            json = try JSONValue.make(parsing: bytes)
        } catch {
            let mark = SourceMark(ofByte: error.offset, in: bytes)
            throw GraderError("", "line \(mark.line), column \(mark.column) is not JSON: \(error.message)")
        }
        return (try Grader(json), json)
    }

    /// Compiles it whole, formula and prompts included. What a model is asked stays to be answered: its component is judged.
    package func compile() throws(GraderError) -> (reward: RewardSettings, plans: RewardPlans) {
        let compiler = GraderCompiler { (model, component, place) throws(GraderError) in
            do throws(RubricError) {
                _ = try model.question(named: component)
            } catch {
                throw GraderError(place, error.text)
            }
            return model.settings(task: 0)
        }
        let reward = try compiler.reward(self, named: "grader")
        do throws(RewardPlanError) {
            return (reward, try RewardPlans(compiling: [reward]))
        } catch {
            let isFormula = error.key.first == "formula"
            throw GraderError(
                isFormula ? "calculate_output" : error.key.joined(separator: "."), error.message,
                kind: isFormula ? .formula : .other)
        }
    }

    /// The graders without others in them.
    private var leaves: [Grader] {
        switch measure {
        case .multi(let variables, _): variables.map(\.grader)
        case .stringCheck, .textSimilarity, .model: [self]
        }
    }

    /// The models that it asks, each once.
    package var models: [String] {
        leaves.compactMap { leaf in
            if case .model(let model) = leaf.measure { model.model } else { nil }
        }.unique
    }

    /// The paths below `item` that it reads, each once.
    package var itemPaths: [String] { templates.flatMap(\.itemPaths).unique }

    /// Whether it reads the completion as JSON.
    package var readsCompletionFields: Bool { templates.contains(where: \.readsCompletionFields) }

    private var templates: [GraderTemplate] {
        leaves.flatMap { leaf -> [GraderTemplate] in
            switch leaf.measure {
            case .stringCheck(_, let input, let reference), .textSimilarity(_, let input, let reference):
                [input, reference]
            case .model(let model): model.messages.map(\.content)
            case .multi: []
            }
        }
    }

    /// The word after `type`.
    package var typeName: String {
        switch measure {
        case .stringCheck: "string_check"
        case .textSimilarity: "text_similarity"
        case .multi: "multi"
        case .model(let model):
            switch model.question {
            case .score: "score_model"
            case .label: "label_model"
            }
        }
    }
}

extension GraderTemplate {
    fileprivate var itemPaths: [String] {
        parts.compactMap { part in
            if case .item(let path) = part { path } else { nil }
        }
    }
}
