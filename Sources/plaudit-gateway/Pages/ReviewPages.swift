import Hummingbird
import ReportPages
import RewardKernel
import RewardStore

/// Review sessions: drawing one, answering its items one after the other, what comes of it.
struct ReviewPages: Sendable {
    let store: PageStore

    // MARK: All sessions

    func sessions(_ query: QueryText) async throws -> Response {
        let (sources, sessions) = try await store.use { store throws(ReviewError) in
            (try store.sources(), try store.sessions())
        }
        return PageReply.html(SessionListView(sources: sources, sessions: sessions).html)
    }

    func begin(_ form: QueryText) async throws -> Response {
        let request = try Self.request(form)
        let session = try await store.use { store throws(ReviewError) in try store.begin(request) }
        return PageReply.redirect(to: "/review/\(session.identifier)")
    }

    private static func request(_ form: QueryText) throws -> ReviewRequest {
        // A reward and its component stand in one field, as JSON, for either name may hold anything.
        guard let about = form["about"], case .array(let names) = try? JSONValue.make(parsing: about.utf8),
            names.count == 2, case .string(let reward) = names[0], case .string(let component) = names[1]
        else { throw PageError(status: .badRequest, message: "Say which component shall be reviewed.") }
        var request = ReviewRequest(reward: reward, component: component)
        func number<Value: LosslessStringConvertible>(_ name: String, _ fallback: Value) throws -> Value {
            guard let text = form[name], !text.isEmpty else { return fallback }
            guard let value = Value(text) else {
                throw PageError(status: .badRequest, message: "\(name): \(text) is not a number that can stand here.")
            }
            return value
        }
        request.count = try number("count", request.count)
        request.threshold = try number("threshold", request.threshold)
        request.seed = try number("seed", request.seed)
        request.frameCountMax = try number("latest", request.frameCountMax)
        return request
    }

    // MARK: One session

    func session(_ identifier: Int64, _ query: QueryText) async throws -> Response {
        let view = try await store.use { store throws(ReviewError) in
            let session = try store.session(identifier)
            return SessionView(session: session, agreement: try Self.agreement(session, store), labeler: query["as"])
        }
        return PageReply.html(view.html)
    }

    static func agreement(_ session: ReviewSession, _ store: ReviewStore) throws(ReviewError) -> ReviewAgreement {
        ReviewAgreement(session, answers: try store.answers(session), verdicts: try store.verdicts(session))
    }

    /// The next item that the reviewer has not answered; the session's page when there is none.
    func next(_ identifier: Int64, _ query: QueryText) async throws -> Response {
        let labeler = try Self.labeler(query)
        let position = try await store.use { store throws(ReviewError) in
            _ = try store.session(identifier)
            return try store.nextPosition(identifier, for: labeler)
        }
        guard let position else { return PageReply.redirect(to: Self.path(identifier, as: labeler)) }
        return PageReply.redirect(to: Self.path(identifier, item: position, as: labeler))
    }

    /// An item: the question, or, once the reviewer has answered, what the judge said.
    func item(_ identifier: Int64, _ position: Int, _ query: QueryText) async throws -> Response {
        let labeler = try Self.labeler(query)
        let earlier = query["was"].map { $0.split(separator: ",").map(String.init) } ?? []
        let html = try await store.use { store throws(ReviewError) in
            let session = try store.session(identifier)
            let item = try store.item(identifier, position)
            guard let answer = try store.answer(session, position, by: labeler) else {
                return QuestionView(session: session, item: item, labeler: labeler, earlier: earlier).html
            }
            let agreement = try Self.agreement(session, store)
            return AnswerView(
                session: session, item: item, answer: answer, agreement: agreement,
                isLast: try store.nextPosition(identifier, for: labeler) == nil
            ).html
        }
        return PageReply.html(html)
    }

    func answer(_ identifier: Int64, _ position: Int, _ form: QueryText) async throws -> Response {
        let labeler = try Self.labeler(form)
        let note = form["note"].map { $0.trimmingPrefix { $0.isWhitespace } }.map(String.init)
        try await store.use { store throws(ReviewError) in
            let session = try store.session(identifier)
            var choices: [ReviewChoice] = []
            for index in 0..<session.choiceCount {
                guard let choice = form["choice-\(index)"].flatMap(ReviewChoice.init(formText:)) else {
                    throw ReviewError.refused("There is no choice for each question; go back and choose.")
                }
                choices.append(choice)
            }
            let answer = ReviewAnswer(
                position: position, labeler: labeler, choices: choices, note: note?.isEmpty == false ? note : nil)
            try store.keep(answer, in: identifier)
        }
        return PageReply.redirect(to: Self.path(identifier, item: position, as: labeler))
    }

    /// Takes the reviewer's latest answer back, and shows its item again with what had been chosen.
    func undo(_ identifier: Int64, _ form: QueryText) async throws -> Response {
        let labeler = try Self.labeler(form)
        let answer = try await store.use { store throws(ReviewError) in try store.undo(identifier, by: labeler) }
        guard let answer else { return PageReply.redirect(to: Self.path(identifier, as: labeler)) }
        var query = QueryText()
        query.append("as", labeler)
        query.append("was", answer.choices.map(\.formText).joined(separator: ","))
        return PageReply.redirect(to: "/review/\(identifier)/item/\(answer.position + 1)?\(query.text)")
    }

    func rollout(_ key: Int64) async throws -> Response {
        let rollout = try await store.use { store throws(ReviewError) in try store.rollout(key) }
        return PageReply.html(RolloutView(rollout: rollout).html)
    }

    private static func labeler(_ query: QueryText) throws -> String {
        let labeler = (query["as"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let fault = ReviewStore.labelerFault(labeler) {
            throw PageError(status: .badRequest, message: "Say who you are: \(fault).")
        }
        return labeler
    }

    // MARK: Paths

    static func path(_ session: Int64, as labeler: String) -> String {
        "/review/\(session)?\(query(labeler))"
    }

    static func path(_ session: Int64, item position: Int, as labeler: String) -> String {
        "/review/\(session)/item/\(position + 1)?\(query(labeler))"
    }

    static func nextPath(_ session: Int64, as labeler: String) -> String {
        "/review/\(session)/next?\(query(labeler))"
    }

    private static func query(_ labeler: String) -> String {
        var query = QueryText()
        query.append("as", labeler)
        return query.text
    }
}

extension ReviewChoice {
    private static let unknown = "cannot_tell"

    /// As forms send it.
    var formText: String {
        switch self {
        case .cannotTell: Self.unknown
        case .value(let value): "\(value)"
        }
    }

    init?(formText: String) {
        if formText == Self.unknown {
            self = .cannotTell
        } else if let value = Double(formText), value.isFinite {
            self = .value(value)
        } else {
            return nil
        }
    }
}
