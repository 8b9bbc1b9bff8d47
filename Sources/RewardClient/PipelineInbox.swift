internal import CLinux
internal import Synchronization

/// Where callers leave what the thread shall send. Owns the descriptor that wakes the thread.
final class PipelineInbox: Sendable {
    private struct Contents {
        var calls: [PipelineCall] = []
        var isClosed = false
    }

    let event: Int32
    private let contents = Mutex(Contents())

    init(event: Int32) {
        self.event = event
    }

    deinit {
        plaudit_close(event)
    }

    func put(_ call: PipelineCall) {
        contents.withLock { $0.calls.append(call) }
        plaudit_event_signal(event)
    }

    /// Nothing more will be put; the thread ends.
    func close() {
        contents.withLock { $0.isClosed = true }
        plaudit_event_signal(event)
    }

    /// What was put since the last time; nil once it is closed and empty.
    func takeAll() -> [PipelineCall]? {
        contents.withLock { contents in
            if contents.calls.isEmpty && contents.isClosed { return nil }
            defer { contents.calls = [] }
            return contents.calls
        }
    }
}
