internal import CLinux

/// The code and the constants of the program and its libraries, which the process has mapped.
package enum ProgramMemory {
    /// Lets go of them; what is used from now on comes back out of the kernel's page cache, a fault for a few pages.
    ///
    /// For a process that has started and now waits: reading a configuration and compiling its plans takes the parsers and
    /// compilers of a dozen libraries, 20 MB that serving does not touch, and that would count as resident for ever.
    // Allocates: never; gives memory back, when the sidecar has started or has taken up a configuration.
    package static func release() {
        plaudit_release_program()
    }
}
