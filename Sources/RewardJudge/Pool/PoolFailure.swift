/// Why a call has no answer.
package enum PoolFailure: Error, Sendable, Equatable {
    /// Its deadline came, or was so near that other calls went first.
    case deadline
    case cancelled
    /// Too many calls of its judge were waiting already.
    case queueFull
    /// The day's tokens or money of every endpoint of the judge are spent.
    case budget
    /// No endpoint of the judge has credit, so far as is known.
    case suspended
    /// The last of the attempts that were allowed.
    case retriesExhausted(ProviderFailure)
    /// A failure that would come again.
    case permanent(ProviderFailure)
    case shuttingDown
}
