/// Why a body of success is no answer of its API.
struct ReplyFault: Error, Equatable {
    var message: String

    init(_ message: String) { self.message = message }
}
