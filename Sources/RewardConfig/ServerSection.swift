import RewardMemory

/// How the sidecar runs, as the optional `server:` part of a configuration says it. Flags of the command line win.
package struct ServerSection: Sendable, Equatable {
    /// Worker threads; nil is one a core.
    package var workerCount: Int?
    /// The path of the socket; nil leaves it to the command line.
    package var socketPath: String?
    /// File mode of the socket.
    package var socketMode: UInt32 = 0o600
    /// Users that may connect beside the sidecar's own.
    package var allowedUsers: [Account] = []
    /// Groups whose members may connect.
    package var allowedGroups: [Account] = []
    package var limits = RequestLimits()
    /// Each worker keeps to a core.
    package var pinsWorkers = false
    /// Microseconds for which a worker looks for the next request before it sleeps.
    package var busyPollMicroseconds = 0

    package init() {}
}

/// A user or a group of this machine.
package struct Account: Sendable, Equatable {
    /// As the configuration writes it.
    package let name: String
    package let identifier: UInt32

    package init(name: String, identifier: UInt32) {
        self.name = name
        self.identifier = identifier
    }
}
