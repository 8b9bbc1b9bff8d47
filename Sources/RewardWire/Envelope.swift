package import RewardMemory

/// The methods of protocol 1: the one list of them.
package enum Method: BitwiseCopyable, Sendable {
    case hello, score, compare, stats, ping, cancel, reload

    @_noAllocation
    package init?(_ name: ByteView) {
        if name.equals(ByteView("score")) {
            self = .score
        } else if name.equals(ByteView("compare")) {
            self = .compare
        } else if name.equals(ByteView("ping")) {
            self = .ping
        } else if name.equals(ByteView("stats")) {
            self = .stats
        } else if name.equals(ByteView("hello")) {
            self = .hello
        } else if name.equals(ByteView("cancel")) {
            self = .cancel
        } else if name.equals(ByteView("reload")) {
            self = .reload
        } else {
            return nil
        }
    }
}

/// The MessagePack-RPC convention around a request: `[0, msgid, method, params]`, or `[2, method, params]` to be told and
/// not to answer.
package struct Envelope: BitwiseCopyable {
    /// Nil for a notification.
    package let messageIdentifier: UInt32?
    package let methodName: ByteView
    /// The token of `params`.
    package let parameters: Int

    /// Reads the envelope of a parsed message. A message that is no envelope is a bad frame.
    @_noAllocation
    package init(_ message: MessageView) throws(RequestFault) {
        guard message.kind(0) == .array, message.count(0) >= 3, let type = message.integer(1) else {
            throw .badFrame(message: "the body is not [0, msgid, method, params]", offset: 0)
        }
        switch (type, message.count(0)) {
        case (0, 4):
            guard let identifier = message.integer(2), identifier >= 0, identifier <= Int64(UInt32.max) else {
                throw .badFrame(message: "msgid must be an unsigned 32-bit integer", offset: 0)
            }
            messageIdentifier = UInt32(truncatingIfNeeded: identifier)
        case (2, 3): messageIdentifier = nil
        default: throw .badFrame(message: "the body is not [0, msgid, method, params]", offset: 0)
        }
        let method = message.next(after: type == 0 ? 2 : 1)
        guard message.kind(method) == .string, let name = message.text(method) else {
            throw .badFrame(message: "the method must be a string", offset: 0)
        }
        methodName = name
        parameters = method &+ 1
    }
}
