/// Why a trial cannot be held, or was broken off.
package struct TrialError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// What was asked for cannot be had: another flag, another file.
        case usage
        /// It could be had, but did not work out: a judge that does not answer.
        case failure
    }

    package let kind: Kind
    /// With what to do about it.
    package let message: String

    package static func usage(_ message: String) -> TrialError { TrialError(kind: .usage, message: message) }
    package static func failure(_ message: String) -> TrialError { TrialError(kind: .failure, message: message) }
}
