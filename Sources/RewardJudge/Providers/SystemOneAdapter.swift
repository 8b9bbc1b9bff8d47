internal import RewardKernel

/// `POST …/v1/systemone`: models that write nothing and say how likely a statement is of a state.
///
/// The state is what is judged; there is no place for what the judge is, so the call's system text is not sent.
enum SystemOneAdapter {
    static func makeRequest(_ call: JudgeCall, endpoint: JudgeEndpoint) throws(RequestRefusal) -> HTTPRequest {
        let questions = try RequestWriting.questions(
            call, api: endpoint.api, countMax: ProviderLimits.questionCountMax)
        let statements = questions.map { question in
            let members: [(String, JSONValue)] = [
                ("type", .string("noul")), ("instructions", .string(question.text)),
            ]
            return (question.name, RequestWriting.object(members))
        }
        return try RequestWriting.request(
            endpoint, target: endpoint.url.path(ofRoute: "/systemone", version: "/v1"),
            headers: RequestWriting.bearer(endpoint),
            body: RequestWriting.object([
                ("model", .string(endpoint.model)), ("state", .string(call.user)),
                ("questions", RequestWriting.object(statements)),
            ]))
    }

    static func read(_ root: ReplyNode, call: JudgeCall) throws(ReplyFault) -> ProviderReply {
        guard case .criteria(let questions, _) = call.shape else { throw ReplyFault("the call had no questions") }
        guard case .object(let members)? = root["answers"].value else { throw ReplyFault("the reply has no answers") }
        guard members.count == questions.count else {
            throw ReplyFault("the reply has \(members.count) answers to \(questions.count) questions")
        }
        let answers = Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
        var probabilities: [Double?] = []
        for question in questions {
            guard let value = answers[question.name] else { throw ReplyFault("a question has no answer") }
            let answer = ReplyNode(value)
            let isDeclined = answer["type"].text == "refusal" || answer["noul"].value == .null
            probabilities.append(isDeclined ? nil : try ReplyReading.probability(answer["noul"]))
        }
        return ReplyReading.reply(root, probabilities: probabilities)
    }
}
