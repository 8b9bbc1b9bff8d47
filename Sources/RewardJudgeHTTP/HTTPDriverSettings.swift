internal import RewardMemory

/// What an `HTTPDriver` may use and how long it waits for a connection.
package struct HTTPDriverSettings: Sendable, Equatable {
    /// How requests name their sender: `plaudit/<version>`.
    package var userAgent = "plaudit/\(PlauditVersion.text)"
    /// Transfers under way at once; a further one fails at its start.
    package var transferCountMax = 4_096
    /// Handles kept for the next transfers, some kilobytes each; with TLS the buffer that they send from as well.
    package var idleHandleCountMax = 1_024
    /// Transfers without TLS that share a set of connections. For every transfer libcurl looks at all connections of its set, twice:
    /// with a thousand in one set that was an eighth of a judge call's processor time.
    package var plainTransferCountMax = 64
    /// Of one such set: a connection carries one transfer at a time, so there is one for each under way. Idle ones count, and go where
    /// another host's call needs the place.
    package var plainConnections = ConnectionLimits(perHostCountMax: 64, countMax: 64)
    /// Connections with TLS. HTTP/2 puts a hundred transfers on each; without a limit on those to one host, libcurl
    /// opens hundreds and spends most of its time on handshakes. An endpoint that speaks only HTTP/1.1 over TLS gets no
    /// more calls at once than this.
    package var encryptedConnections = ConnectionLimits(perHostCountMax: 8, countMax: 256)
    /// From the start of a connection, name look-up and TLS included.
    package var connectTimeoutNanoseconds: UInt64 = 2_000_000_000
    /// Bytes of one response's body where its request names no limit of its own.
    package var responseByteCountMax = 1 << 20
    /// Lines of one transfer's headers, interim responses and trailers included, and the bytes of all of them.
    package var headerCountMax = 128
    package var headerByteCountMax = 64 << 10
    /// A file of the certificate authorities to trust (PEM) instead of the system's.
    package var certificateFile: String?
    /// `http://host:port` of a proxy. The environment's is never used.
    package var proxy: String?

    package init() {}

    package struct ConnectionLimits: Sendable, Equatable {
        package var perHostCountMax: Int
        package var countMax: Int

        package init(perHostCountMax: Int, countMax: Int) {
            self.perHostCountMax = perHostCountMax
            self.countMax = countMax
        }
    }
}
