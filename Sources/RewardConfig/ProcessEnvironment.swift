import Glibc

/// The environment variables of this process.
package enum ProcessEnvironment {
    /// Gives a variable's value, nil when it is not set. A parameter, so that tests need no variables of their process.
    package typealias Lookup = (_ name: String) -> String?

    package static func value(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }
}
