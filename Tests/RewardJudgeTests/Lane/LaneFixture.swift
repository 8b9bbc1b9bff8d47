import RewardJudge
import RewardKernel
import Testing

/// A lane with judges that are played: every request is answered by a closure, at once or when the test says so.
struct LaneFixture {
    /// What a played judge is asked, and by whom.
    struct Request {
        var attempt: UInt64
        var request: HTTPRequest
        var body: JSONValue
        var host: String

        /// The texts of all messages.
        var text: String {
            guard case .array(let messages)? = body["messages"] else { return "" }
            return messages.compactMap { message -> String? in
                guard case .string(let text)? = message["content"] else { return nil }
                return text
            }.joined(separator: "\n")
        }
    }

    var lane: JudgeLane
    var now: UInt64 = 1_000_000_000
    let mailbox = JudgeMailbox {}
    /// Requests that nobody has answered.
    var waiting: [Request] = []
    private(set) var requestCount = 0
    private(set) var abortedCount = 0
    private(set) var answers: [JudgeWorkAnswer] = []
    private(set) var notices: [LaneNotice] = []
    private(set) var probedEndpoints: [Int] = []
    private(set) var kept: [KeptVerdict] = []
    private(set) var shadows: [ShadowVerdict] = []

    init(
        _ tasks: [JudgeTask], judges: [String] = ["judge"], cache: Bool = true, canaryShare: Double = 0,
        windowNanoseconds: UInt64 = 0, seed: UInt64 = 1, isGuarded: Bool = true, judgeSeed: Int? = 1,
        endpoint: JudgeEndpoint? = nil
    ) throws {
        let settings = try judges.map { name in
            JudgeSettings(
                name: name,
                endpoints: [
                    .init(
                        endpoint: try endpoint ?? JudgeEndpoint(api: .openai, url: "http://\(name).test/v1", model: "m")
                    )
                ], seed: judgeSeed)
        }
        var lane = LaneSettings(
            cache: cache ? LaneSettings.CacheSettings() : nil, canaryShare: canaryShare,
            batchWindowNanoseconds: windowNanoseconds)
        lane.isGuarded = isGuarded
        self.lane = JudgeLane(
            catalog: JudgeCatalog(judges: settings, tasks: tasks, lane: lane), nonceSeed: 7, seed: seed)
    }

    private var instant: LaneInstant { LaneInstant(monotonicNanoseconds: now, wallClockSeconds: 1_700_000_000) }

    /// Hands in work: the completions, and for each question its task and rollouts.
    @discardableResult
    mutating func submit(
        _ ticket: UInt64, _ completions: [String], _ questions: [(task: Int, rollouts: [Int])],
        seconds: UInt64 = 60, nanoseconds: UInt64? = nil
    ) -> Bool {
        let work = JudgeWork(
            ticket: JudgeTicket(ticket), deadlineNanoseconds: now + (nanoseconds ?? seconds * 1_000_000_000),
            rollouts: completions.enumerated().map { JudgedRollout(row: $0, completion: $1, prompt: "Say something.") },
            questions: questions.enumerated().map {
                JudgeQuestion(component: $0, task: $1.task, rollouts: $1.rollouts)
            }, mailbox: mailbox)
        return act { lane, instant, actions in lane.submit(work, instant, &actions) }
    }

    mutating func restore(_ verdicts: [KeptVerdict]) {
        lane.restore(verdicts, instant)
    }

    mutating func cancel(_ ticket: UInt64) {
        act { lane, instant, actions in lane.cancel(JudgeTicket(ticket), instant, &actions) }
    }

    mutating func shutDown() {
        act { lane, instant, actions in lane.shutDown(instant, &actions) }
    }

    /// Moves the time to the lane's next timer.
    mutating func advanceToTimer() {
        guard let timer = lane.nextTimerNanoseconds else { return }
        now = max(now, timer)
        act { lane, instant, actions in lane.advance(instant, &actions) }
    }

    /// Answers every request, and those that follow, with what the closure says.
    mutating func answerAll(_ content: (Request) -> String) {
        repeat {
            while !waiting.isEmpty { answerFirst(content) }
            pause()
        } while !waiting.isEmpty
    }

    /// Lets so much time pass that the lane asks its own questions.
    mutating func pause() {
        now += 50_000_000
        act { lane, instant, actions in lane.advance(instant, &actions) }
    }

    /// Has batches answered in good time until so many calls go at once; nothing is left of it but the counts.
    mutating func growBatches(to count: Int) {
        let (formerAnswers, formerRequestCount) = (answers, requestCount)
        var size = 2
        while size < count {
            submit(1_000_000 + UInt64(size), (0..<size).map { "\($0) of \(size)" }, (0..<size).map { (0, [$0]) })
            let request = waiting.removeFirst()
            respond(
                request,
                Self.batchReply((0..<size).map { (Int64($0), #"{"reason": "it answers", "verdict": "met"}"#) }))
            size *= 2
        }
        (answers, requestCount) = (formerAnswers, formerRequestCount)
    }

    mutating func answerFirst(_ content: (Request) -> String) {
        let request = waiting.removeFirst()
        respond(request, Self.reply(content(request)))
    }

    mutating func fail(_ kind: ProviderFailure.Kind, afterSeconds seconds: UInt64 = 0) {
        now += seconds * 1_000_000_000
        let request = waiting.removeFirst()
        act { lane, instant, actions in
            lane.ended(request.attempt, .failure(ProviderFailure(kind, message: "played")), instant, &actions)
        }
    }

    mutating func respond(_ request: Request, _ response: HTTPResponse) {
        now += 1_000_000
        act { lane, instant, actions in lane.ended(request.attempt, .response(response), instant, &actions) }
    }

    @discardableResult
    private mutating func act<Outcome>(
        _ event: (inout JudgeLane, LaneInstant, inout [LaneAction]) -> Outcome
    ) -> Outcome {
        var actions: [LaneAction] = []
        let outcome = event(&lane, instant, &actions)
        for action in actions {
            switch action {
            case .send(let attempt, let request, _):
                requestCount += 1
                let body = (try? JSONValue.make(parsing: request.body)) ?? .null
                let host = String(request.url.dropFirst("http://".count).prefix { $0 != "." })
                waiting.append(Request(attempt: attempt, request: request, body: body, host: host))
            case .abort(let attempt):
                abortedCount += 1
                waiting.removeAll { $0.attempt == attempt }
            case .answer(let answer, _): answers.append(answer)
            case .keep(let verdict): kept.append(verdict)
            case .shadow(let verdict): shadows.append(verdict)
            case .notice(let notice): notices.append(notice)
            case .probe(let endpoint): probedEndpoints.append(endpoint)
            }
        }
        return outcome
    }

    /// A chat completion of that content.
    static func reply(_ content: String, finish: String = "stop") -> HTTPResponse {
        batchReply([(0, content)], finish: finish)
    }

    /// A chat completion with several choices, by their numbers.
    static func batchReply(_ contents: [(index: Int64, content: String)], finish: String = "stop") -> HTTPResponse {
        let choices = contents.map { index, content in
            JSONValue.object([
                .init("index", .integer(index)), .init("finish_reason", .string(finish)),
                .init("message", .object([.init("role", .string("assistant")), .init("content", .string(content))])),
            ])
        }
        let body = JSONValue.object([
            .init("model", .string("played")), .init("choices", .array(choices)),
            .init("usage", .object([.init("prompt_tokens", .integer(100)), .init("completion_tokens", .integer(10))])),
        ])
        return HTTPResponse(
            statusCode: 200, headers: ["content-type": "application/json"],
            body: (try? JSONWriter.bytes(of: body)) ?? [])
    }

    // MARK: Tasks

    static func rubric(
        _ criteria: [Criterion], calls: CallDivision = .perItem, judges: [Int] = [0], quorum: Int = 1,
        light: JudgeTask.Light? = nil, sampleCount: Int = 1
    ) throws -> JudgeTask {
        let rubric = try Rubric(name: "quality", criteria: criteria, calls: calls)
        return JudgeTask(
            name: "answer.quality", question: .rubric(try RubricQuestion(rubric: rubric, fieldNames: [])),
            judges: judges, quorum: quorum, light: light, sampleCount: sampleCount)
    }

    static func preference(_ design: PreferenceQuestion.Design = .pairs) throws -> JudgeTask {
        JudgeTask(
            name: "answer.better",
            question: .preference(try PreferenceQuestion(criteria: "The clearer answer is better.", design: design)),
            judges: [0])
    }
}

extension JSONValue {
    /// The value of a member of an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
