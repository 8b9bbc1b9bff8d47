import RewardConfig
import RewardKernel
import RewardReport

/// `POST /v1/fine_tuning/alpha/graders/run`: `{"grader", "model_sample", "item"}`.
package struct GraderRequest: Sendable {
    package let grader: Grader
    /// See `Grader.digest`.
    package let digest: String
    /// The rollout that it grades.
    package let rollout: RolloutRecord
    /// Paths below `item` that the grader reads and the item has not.
    let missingPaths: [String]
    /// Whether the grader reads the sample as JSON, which it is not.
    let isSampleUnreadable: Bool

    package init(_ body: JSONValue) throws(GraderRequestError) {
        let (grader, json) = try Self.grader(in: body)
        guard case .string(let sample)? = body["model_sample"] else {
            throw .dialect(.expected("a string", at: "model_sample", found: body["model_sample"]))
        }
        let item = body.optional("item") ?? .object([])
        guard case .object = item else { throw .dialect(.expected("an object", at: "item", found: item)) }
        self.grader = grader
        digest = Grader.digest(of: json)
        var fields: [JSONValue.Member] = []
        var missingPaths: [String] = []
        for path in grader.itemPaths {
            if let value = item.value(at: path) {
                fields.append(.init(path, value.isScalar ? value : .string(value.compactText)))
            } else {
                missingPaths.append(path)
            }
        }
        self.missingPaths = missingPaths
        isSampleUnreadable = grader.readsCompletionFields && (try? JSONValue.make(parsing: Array(sample.utf8))) == nil
        let prompt = item.optional("prompt").map { value -> JSONValue in
            if case .string = value { value } else { .string(value.compactText) }
        }
        rollout = RolloutRecord(
            completion: sample, prompt: prompt, referenceAnswer: item.optional("reference_answer")?.referenceAnswer,
            fields: fields)
    }

    /// The grader of a `run` or `validate` request.
    package static func grader(in body: JSONValue) throws(GraderRequestError) -> (grader: Grader, json: JSONValue) {
        guard let json = body.optional("grader") else {
            throw .dialect(.expected("an object", at: "grader", found: body["grader"]))
        }
        do throws(GraderError) {
            return (try Grader(json), json)
        } catch {
            throw .grader(error)
        }
    }
}

/// Why a request with a grader cannot be answered.
package enum GraderRequestError: Error, Sendable, Equatable, CustomStringConvertible {
    case dialect(DialectError)
    case grader(GraderError)

    package var description: String {
        switch self {
        case .dialect(let error): error.description
        case .grader(let error): "`grader`: \(error)"
        }
    }
}

extension JSONValue {
    /// The value at a path such as `answer.value`; nil when there is none or it is null.
    fileprivate func value(at path: String) -> JSONValue? {
        if let value = optional(path) { return value }
        return path.split(separator: ".").reduce(JSONValue?.some(self)) { value, step in value?.optional(String(step)) }
    }
}
