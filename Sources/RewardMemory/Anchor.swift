internal import Synchronization

/// Gives the struct that has it as a member an address of its own, and takes no part in it otherwise.
///
/// Swift 6.3 copies a struct of plain members whole for every call of a method that does not change it: a worker is 1.3 KB,
/// and was copied three times a request. What holds an atomic stays where it is.
package struct Anchor: ~Copyable {
    private let atomic = Atomic<UInt8>(0)

    // Allocates: never; for members of what lives as long as a thread.
    package init() {}
}
