package import RewardMemory
package import RewardWire

/// Where and how the sidecar listens, and with how many workers it scores.
package struct SidecarSettings: Sendable {
    package var socketPath: String
    /// Permission bits of the socket file.
    package var socketMode: UInt32 = 0o600
    /// Users besides the sidecar's own that may connect.
    package var allowedUsers: [UInt32] = []
    /// Groups whose members may connect.
    package var allowedGroups: [UInt32] = []
    package var workerCount: Int
    /// Workers' threads are called this, with `-` and a number behind it; the kernel keeps 15 bytes.
    package var threadName = "plaudit"
    /// Each worker keeps to a core of its own, as long as there are as many.
    package var pinsWorkers = false
    /// How long a worker looks for the next request before it sleeps; 0 to sleep at once.
    package var busyPollNanoseconds: UInt64 = 0
    package var limits = RequestLimits()
    package var pressureLimits = PressureLimits()
    /// The store's side that workers see, and the store itself, which outlives them; nil without one.
    package var store: StoreTap?
    package var storeOwner: (any AnyObject & Sendable)?

    package init(socketPath: String, workerCount: Int) {
        self.socketPath = socketPath
        self.workerCount = min(max(1, workerCount), Limits.workerCountMax)
    }
}

/// Limits that only a server under pressure meets. Variable so that tests meet them too, and without waiting.
package struct PressureLimits: Sendable, BitwiseCopyable {
    /// Bytes of large frames and replies in flight over all connections.
    package var byteCountInFlight = Limits.byteCountInFlightMax
    /// Bytes of receive buffers that connections keep between large frames.
    package var keptByteCount = Limits.keptByteCountMax
    /// Bytes of waiting replies above which a connection's next request waits.
    package var replyBacklogByteCount = Limits.replyBacklogByteCountMax
    /// How long a peer may take nothing of a waiting reply, or stop inside a large frame.
    package var slowReaderMilliseconds = Limits.slowReaderMillisecondsMax
    /// How long requests under way may take to finish once the sidecar drains.
    package var drainMilliseconds = Limits.drainMillisecondsMax

    package init() {}

    /// How often slow readers are looked for: often enough that one is dropped soon after its time.
    var sweepMilliseconds: UInt64 {
        @_noAllocation get { min(1_000, max(1, slowReaderMilliseconds / 4)) }
    }
}

/// Why the sidecar cannot start.
package enum ServerError: Error, Equatable {
    case pathTooLong(String)
    /// Something other than a socket stands at the path.
    case notASocket(String)
    /// Another sidecar answers at the path.
    case alreadyServed(String)
    case cannotListen(String, errno: Int32)
    /// The kernel refuses the address space for buffers.
    case noAddressSpace
    case noDescriptors
    case cannotPin(errno: Int32)
    case plan(String)

    package var message: String {
        switch self {
        case .pathTooLong(let path): "\(path): a Unix socket path has at most 107 bytes; choose a shorter one"
        case .notASocket(let path): "\(path): exists and is not a socket; remove it or choose another path"
        case .alreadyServed(let path): "\(path): another sidecar answers here; stop it or choose another path"
        case .cannotListen(let path, let code): "\(path): cannot listen (errno \(code))"
        case .noAddressSpace:
            "the kernel refuses address space for the buffers; see `ulimit -v` and vm.overcommit_memory"
        case .noDescriptors: "no file descriptor is left; see `ulimit -n`"
        case .cannotPin(let code): "server.pin_workers: the kernel refuses to keep a worker on a core (errno \(code))"
        case .plan(let message): message
        }
    }
}
