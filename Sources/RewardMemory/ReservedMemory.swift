internal import CLinux

/// Address space reserved once and filled with memory only where it is touched: a buffer that can hold the largest frame
/// without costing more than what the frames at hand need, and without moving.
@safe
package struct ReservedMemory: ~Copyable {
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int

    /// Nil when the kernel refuses the reservation (an address-space limit, strict overcommit).
    // Allocates: address space, once, when a connection slot is first used.
    package init?(byteCount: Int) {
        guard byteCount > 0, let address = unsafe plaudit_reserve(byteCount) else { return nil }
        unsafe base = unsafe address
        self.byteCount = byteCount
    }

    deinit {
        unsafe plaudit_unreserve(base, byteCount)
    }

    /// Gives the pages from `offset` on back to the kernel; they read as zero when next touched.
    @_noAllocation
    package func releasePages(from offset: Int) {
        let pageByteCount = 4096
        let start = (offset + pageByteCount - 1) / pageByteCount * pageByteCount
        guard start < byteCount else { return }
        _ = unsafe plaudit_release_pages(base + start, byteCount - start)
    }
}
