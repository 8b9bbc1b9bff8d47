/// One read-only value inside memory that something else owns: a table of one.
///
/// Keeps what holds it small: a component's plan stays where it was compiled, and only its address is passed on.
@safe
public struct FixedCell<Element: BitwiseCopyable>: BitwiseCopyable {
    @usableFromInline internal let base: UnsafePointer<Element>

    /// The value at `base`, which the caller vouches for.
    @inlinable @inline(__always)
    public init(unsafe base: UnsafePointer<Element>) {
        unsafe self.base = unsafe base
    }

    /// Where the value lies, for properties that stand for it.
    public var address: UnsafePointer<Element> {
        @inlinable @inline(__always) get { unsafe base }
    }

    public var value: Element {
        @inlinable @inline(__always) unsafeAddress { unsafe base }
    }
}
