/// Owns everything that an immutable plan points at, and gives it back when the last holder lets go.
///
/// Plans are structs of plain pointers, so that the hot path touches no reference count; this object is the one that
/// keeps those pointers alive. Filled while a plan is compiled, never changed afterwards.
@safe
package final class OwnedStorage: @unchecked Sendable {
    private var releases: [() -> Void] = []
    /// Bytes of tables and texts held, for the worst-case sum printed at start (libraries' own memory is not in it).
    package private(set) var byteCount = 0

    // Allocates: only while a plan is compiled.
    package init() {}

    deinit {
        for release in releases.reversed() { release() }
    }

    /// Copies `values` into a table that lives as long as this storage.
    // Allocates: only while a plan is compiled.
    package func makeTable<Element: BitwiseCopyable>(_ values: [Element]) -> FixedTable<Element> {
        let base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
        unsafe base.initialize(from: values, count: values.count)
        releases.append { unsafe base.deallocate() }
        byteCount += values.count * MemoryLayout<Element>.stride
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
        releases.append(release)
    }
}
