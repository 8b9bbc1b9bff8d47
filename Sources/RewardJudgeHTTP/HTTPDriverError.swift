/// Why there is no driver.
package enum HTTPDriverError: Error, Sendable, Equatable {
    /// libcurl could not start, or lacks TLS or asynchronous name look-up; with its own words.
    case library(String)
    /// The kernel gave no descriptor or libcurl no memory.
    case noDescriptors
    /// The certificate file cannot be read.
    case unreadableCertificates(path: String)
    /// A limit of the settings is not between 1 and 2^31 - 1.
    case badLimit(name: String)
}

extension HTTPDriverError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .library(let words): "libcurl: \(words)"
        case .noDescriptors: "no descriptor or memory for HTTP connections"
        case .unreadableCertificates(let path): "cannot read the certificate file \(path)"
        case .badLimit(let name): "\(name) must be between 1 and 2147483647"
        }
    }
}
