public import CLinux

/// A bounds-checked table to work in, inside reserved memory that something else owns: `FixedTable`, but to be written to.
///
/// For scratch that must hold the largest text and mostly sees small ones: it takes memory only where it is touched, and
/// starts as zeros. Its methods carry no @_noAllocation because they are generic: the compiler checks them where they are
/// specialised, inside the annotated functions that use them.
@safe
public struct ScratchTable<Element: BitwiseCopyable>: BitwiseCopyable {
    public let base: UnsafeMutablePointer<Element>
    public let capacity: Int

    /// The table at the start of `memory`, which loses that part. All zero bits must be a valid element.
    // Allocates: never; while a worker's scratch is made.
    public init(capacity: Int, carvedFrom memory: inout UnsafeMutableRawPointer) {
        unsafe base = unsafe memory.bindMemory(to: Element.self, capacity: capacity)
        self.capacity = capacity
        unsafe memory += Self.byteCount(capacity: capacity)
    }

    /// Bytes of a table, whole pages, so that its pages can be given back.
    // Allocates: never.
    public static func byteCount(capacity: Int) -> Int {
        (capacity * MemoryLayout<Element>.stride + 4095) / 4096 * 4096
    }

    public subscript(index: Int) -> Element {
        @inlinable @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity), "an index lies inside its table")
            return unsafe UnsafePointer(base + index)
        }
        @inlinable @inline(__always) nonmutating unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity), "an index lies inside its table")
            return unsafe base + index
        }
    }

    /// Gives the pages above so many elements back to the kernel; they are zeros when next touched.
    // Allocates: never; generic, so checked where it is specialised, inside annotated functions.
    @inlinable @inline(__always)
    public func releasePages(above keptCount: Int) {
        let kept = (keptCount &* MemoryLayout<Element>.stride &+ 4095) / 4096 &* 4096
        let byteCount = capacity &* MemoryLayout<Element>.stride
        guard kept < byteCount else { return }
        _ = unsafe plaudit_release_pages(UnsafeMutableRawPointer(base) + kept, byteCount &- kept)
    }
}
