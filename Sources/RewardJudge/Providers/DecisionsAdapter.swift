internal import RewardKernel

/// `POST …/v1/decisions`: every criterion a predicate, every answer the probability that it is met.
enum DecisionsAdapter {
    static func makeRequest(_ call: JudgeCall, endpoint: JudgeEndpoint) throws(RequestRefusal) -> HTTPRequest {
        let questions = try RequestWriting.questions(
            call, api: endpoint.api, countMax: ProviderLimits.questionCountMax)
        func message(_ role: String, _ text: String) -> JSONValue {
            RequestWriting.object([("role", .string(role)), ("content", .string(text))])
        }
        let input = (call.system.isEmpty ? [] : [message("system", call.system)]) + [message("user", call.user)]
        let predicates = questions.map { question in
            RequestWriting.object([
                ("type", .string("predicate")), ("name", .string(question.name)),
                ("instructions", .string(question.text)),
            ])
        }
        return try RequestWriting.request(
            endpoint, target: endpoint.url.path(ofRoute: "/decisions", version: "/v1"),
            headers: RequestWriting.bearer(endpoint),
            body: RequestWriting.object([
                ("model", .string(endpoint.model)), ("input", .array(input)), ("questions", .array(predicates)),
            ]))
    }

    static func read(_ root: ReplyNode, call: JudgeCall) throws(ReplyFault) -> ProviderReply {
        guard case .criteria(let questions, _) = call.shape else { throw ReplyFault("the call had no questions") }
        let answers = try ReplyReading.items(root["answers"], "answers", countMax: ProviderLimits.questionCountMax)
        guard answers.count == questions.count else {
            throw ReplyFault("the reply has \(answers.count) answers to \(questions.count) questions")
        }
        var probabilities: [Double?] = []
        for (item, question) in zip(answers, questions) {
            let answer = ReplyNode(item)
            // Answers come in the order of the questions; a name that disagrees is of some other question.
            if let name = answer["name"].text, name != question.name {
                throw ReplyFault("an answer is to another question than the one at its place")
            }
            switch answer["type"].text {
            case "predicate": probabilities.append(try ReplyReading.probability(answer["probability"]))
            case "refusal": probabilities.append(nil)
            default: throw ReplyFault("an answer is neither a predicate's nor a refusal")
            }
        }
        return ReplyReading.reply(root, probabilities: probabilities)
    }
}
