/// A rollout as judges get to see it.
package struct JudgedRollout: Sendable, Equatable {
    /// Its row in the request.
    package var row: Int
    package var prompt: String?
    package var referenceAnswer: String?
    package var fields: [String: String]
    private var text: Text

    package init(
        row: Int, completion: String, prompt: String? = nil, referenceAnswer: String? = nil,
        fields: [String: String] = [:]
    ) {
        self.row = row
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        self.fields = fields
        text = .own(completion)
    }

    /// A rollout whose completion stays where its request lies anyway; no UTF-8 there is repaired.
    package init(
        row: Int, completion: Range<Int>, of request: RequestBytes, prompt: String?, referenceAnswer: String?,
        fields: [String: String]
    ) {
        precondition(completion.upperBound <= request.bytes.count, "a completion lies within its request")
        self.row = row
        self.prompt = prompt
        self.referenceAnswer = referenceAnswer
        self.fields = fields
        text = .part(of: request, completion)
    }

    /// Made anew by every look at it, unless the rollout has one of its own.
    package var completion: String {
        get { text.string }
        set { text = .own(newValue) }
    }

    /// The same with a completion of its own: to be read more than once, or to outlive its request.
    func detached() -> JudgedRollout {
        var own = self
        own.completion = completion
        return own
    }

    /// Of its texts.
    var byteCount: Int {
        fields.reduce(text.byteCount + (prompt?.utf8.count ?? 0) + (referenceAnswer?.utf8.count ?? 0)) {
            $0 + $1.key.utf8.count + $1.value.utf8.count
        }
    }

    private enum Text: Sendable, Equatable {
        case own(String)
        case part(of: RequestBytes, Range<Int>)

        var string: String {
            switch self {
            case .own(let text): text
            case .part(let request, let range): String(decoding: request.bytes[range], as: UTF8.self)
            }
        }

        var byteCount: Int {
            switch self {
            case .own(let text): text.utf8.count
            case .part(_, let range): range.count
            }
        }

        static func == (left: Text, right: Text) -> Bool { left.string == right.string }
    }
}

/// A request's bytes, for as long as a rollout of it or its reply needs them.
package final class RequestBytes: Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}
