/// A read-only, bounds-checked table inside memory that something else owns (a plan's storage, a tape).
///
/// Arrays would serve, but touching one in the hot path costs a reference count and hides a possible copy.
/// Its methods carry no @_noAllocation because they are generic: the compiler checks them where they are specialised,
/// inside the annotated functions that use them.
@safe
public struct FixedTable<Element: BitwiseCopyable>: BitwiseCopyable {
    public let base: UnsafePointer<Element>
    public let count: Int

    /// A table of `count` elements from `base` on, which the caller vouches for.
    @inlinable @inline(__always)
    public init(unsafe base: UnsafePointer<Element>, count: Int) {
        unsafe self.base = unsafe base
        self.count = count
    }

    public var isEmpty: Bool {
        @inlinable @inline(__always) get { count == 0 }
    }

    public subscript(index: Int) -> Element {
        // An address and no copy: elements may be large, and most users want one member.
        @inlinable @inline(__always) unsafeAddress {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a table index lies inside the table")
            return unsafe base + index
        }
    }

    /// The cell of one element.
    // Allocates: never; generic, so checked where it is specialised.
    @inlinable @inline(__always)
    public func cell(_ index: Int) -> FixedCell<Element> {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a table index lies inside the table")
        return unsafe FixedCell(unsafe: base + index)
    }
}

/// A table only reads, and what it reads never changes.
extension FixedTable: @unchecked Sendable where Element: Sendable {}
