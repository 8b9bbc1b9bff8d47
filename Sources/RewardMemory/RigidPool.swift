/// A fixed number of noncopyable elements in place, reached by index and never moved.
///
/// The pool is a handle: whoever made it destroys it. Access is bounds-checked. Elements are changed in place, so a holder
/// must be the only one at work on an element, unless the element's own members are atomic.
@safe
public struct RigidPool<Element: ~Copyable>: BitwiseCopyable, @unchecked Sendable {
    @usableFromInline internal let base: UnsafeMutablePointer<Element>
    public let capacity: Int

    // Allocates: once, at start.
    public init(capacity: Int, make: (Int) -> Element) {
        unsafe base = .allocate(capacity: max(1, capacity))
        self.capacity = capacity
        for index in 0..<capacity {
            unsafe (base + index).initialize(to: make(index))
        }
    }

    /// Destroys the elements and the memory; the pool and every copy of it are void afterwards.
    // Allocates: never; gives memory back, at the end.
    public func destroy() {
        unsafe base.deinitialize(count: capacity)
        unsafe base.deallocate()
    }

    /// Where an element lies, for properties that stand for one.
    // Allocates: never; generic, so checked where it is specialised, inside annotated functions.
    @inlinable @inline(__always)
    public func address(_ index: Int) -> UnsafePointer<Element> {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity), "an index lies inside its pool")
        return unsafe UnsafePointer(base + index)
    }

    public subscript(index: Int) -> Element {
        @inlinable @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity), "an index lies inside its pool")
            return unsafe UnsafePointer(base + index)
        }
        @inlinable @inline(__always) nonmutating unsafeMutableAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: capacity), "an index lies inside its pool")
            return unsafe base + index
        }
    }
}
