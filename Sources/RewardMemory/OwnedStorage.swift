internal import Synchronization

/// Owns everything that an immutable plan points at, and gives it back when the last holder lets go.
///
/// Plans are structs of plain pointers, so that the hot path touches no reference count; this object is the one that
/// keeps those pointers alive. Filled while a plan is compiled, seldom afterwards; from any thread.
@safe
package final class OwnedStorage: @unchecked Sendable {
    private let lock = Mutex(())
    /// Both guarded by `lock`.
    private var releases: [() -> Void] = []
    private var heldByteCount = 0

    // Allocates: only while a plan is compiled.
    package init() {}

    deinit {
        for release in releases.reversed() { release() }
    }

    /// Bytes of tables and texts held, for the worst-case sum printed at start (libraries' own memory is not in it).
    package var byteCount: Int { lock.withLock { _ in heldByteCount } }

    // Allocates: only while a plan is compiled.
    private func hold(_ byteCount: Int, _ release: @escaping () -> Void) {
        lock.withLock { _ in
            releases.append(release)
            heldByteCount += byteCount
        }
    }

    /// Copies `values` into a table that lives as long as this storage.
    // Allocates: only while a plan is compiled.
    package func makeTable<Element: BitwiseCopyable>(_ values: [Element]) -> FixedTable<Element> {
        let base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
        unsafe base.initialize(from: values, count: values.count)
        hold(values.count * MemoryLayout<Element>.stride) { unsafe base.deallocate() }
        return unsafe FixedTable(unsafe: UnsafePointer(base), count: values.count)
    }

    /// Copies `value` into a cell that lives as long as this storage.
    // Allocates: only while a plan is compiled.
    package func makeCell<Element: BitwiseCopyable>(_ value: Element) -> FixedCell<Element> {
        unsafe FixedCell(unsafe: makeTable([value]).base)
    }

    /// Copies `bytes` into a view that lives as long as this storage.
    // Allocates: only while a plan is compiled.
    package func makeText(_ bytes: some Collection<UInt8>) -> ByteView {
        let table = makeTable(Array(bytes))
        return unsafe ByteView(unsafe: table.base, count: table.count)
    }

    /// Runs `release` when the storage goes: how a library's handle (a database, a compiled pattern) is freed.
    // Allocates: only while a plan is compiled.
    package func onRelease(_ release: @escaping () -> Void) {
        hold(0, release)
    }
}
