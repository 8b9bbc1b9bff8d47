internal import CLinux
internal import RewardMemory

/// Many calls at once over one connection to a sidecar: each is sent when it comes, and answered when its reply comes,
/// whatever their order. Every call has a deadline.
///
/// One thread of its own waits for the socket, so that callers only ever suspend. The connection is made by the first call
/// that needs one; when it breaks, the calls under way fail with `connectionLost` and the next call makes a new one.
package final class SidecarPipeline: Sendable {
    private let inbox: PipelineInbox

    /// - Parameter path: The sidecar's socket; nobody has to listen there yet.
    package init(path: String) throws(ClientError) {
        let event = plaudit_event_descriptor()
        guard event >= 0 else { throw .cannotConnect(path: path, errno: -event) }
        inbox = PipelineInbox(event: event)
        try PipelineThread.start(path: path, inbox: inbox)
    }

    deinit {
        inbox.close()
    }

    /// Calls a method and waits for its result.
    package func call(
        _ method: String, _ parameters: MessageValue = .map([]), timeout: Duration = .seconds(60)
    ) async throws(ClientError) -> MessageValue {
        let deadline = MonotonicClock.nanoseconds &+ UInt64(max(0, timeout / .nanoseconds(1)))
        let outcome = await withCheckedContinuation { continuation in
            inbox.put(
                PipelineCall(
                    method: method, parameters: parameters, deadlineNanoseconds: deadline, continuation: continuation))
        }
        return try outcome.get()
    }
}

/// A call on its way to the thread.
struct PipelineCall: Sendable {
    let method: String
    let parameters: MessageValue
    let deadlineNanoseconds: UInt64
    let continuation: CheckedContinuation<Result<MessageValue, ClientError>, Never>

    /// The frame of the request.
    func frame(_ identifier: UInt32) -> [UInt8] {
        SidecarConnection.frame(
            MessageValue.array([.integer(0), .integer(Int64(identifier)), .string(method), parameters]).encoded)
    }
}
