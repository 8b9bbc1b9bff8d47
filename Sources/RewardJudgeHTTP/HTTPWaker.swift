internal import CLinux

/// Ends an `HTTPDriver`'s wait from any thread.
package final class HTTPWaker: Sendable {
    /// Lives as long as the last who may signal it, so that nobody writes to a stranger's descriptor.
    let descriptor: Int32

    init() throws(HTTPDriverError) {
        descriptor = plaudit_event_descriptor()
        guard descriptor >= 0 else { throw .noDescriptors }
    }

    deinit {
        if descriptor >= 0 { plaudit_close(descriptor) }
    }

    /// Makes the wait under way, or the next one, return at once. Several calls before that count as one.
    package func wake() {
        plaudit_event_signal(descriptor)
    }
}
