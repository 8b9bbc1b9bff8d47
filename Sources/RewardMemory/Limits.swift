/// Every limit of the sidecar, in one place, each with its reason.
///
/// A full thing refuses with a typed error; nothing grows past what stands here. The worst-case memory that follows is
/// computed in `MemoryBudget` and printed on the ready line.
package enum Limits {
    // MARK: Frames

    /// The largest body of one frame. 65,536 rollouts of 2 KB with prompts fit; a length above it is a broken or hostile
    /// peer, and costs it the connection.
    package static let frameByteCountMax = 256 << 20
    /// Bytes before a body: 0xCE and a 32-bit big-endian length.
    package static let frameHeaderByteCount = 5
    /// A reply is at most as large as a request: 32 components of 65,536 rollouts are 20 MB, rationales come on top.
    package static let replyByteCountMax = 256 << 20
    /// MessagePack values in one frame. A rollout with a prompt of eight messages has about fifty.
    package static let tokenCountMax = 4 << 20
    /// How deep values nest; the depth that msgpack-c's parser template holds on its own stack.
    package static let nestingDepthMax = 32

    // MARK: Requests

    /// Rollouts in one request: the largest generation batch seen in the field, with room.
    package static let rolloutCountMax = 65_536
    /// One completion. Above it the rollout is refused: no policy writes a megabyte, and the libraries' scratch is sized by it.
    package static let completionByteCountMax = 1 << 20
    /// Prompt text looked at by components (its tail, where the last turn stands).
    package static let promptByteCountMax = 1 << 20
    /// Named columns a request may carry.
    package static let fieldCountMax = 64
    /// Bytes of a name: reward, component, field, client.
    package static let nameByteCountMax = 128

    // MARK: Configuration

    /// Components of one reward: a status mask and a formula's variables are that wide.
    package static let componentCountMax = 32
    /// Rewards in one configuration.
    package static let rewardCountMax = 256
    /// Fields a reward's components may read.
    package static let rewardFieldCountMax = 16
    /// Steps of a compiled formula, and the depth of its stack.
    package static let formulaStepCountMax = 256
    package static let formulaDepthMax = 32

    /// Tags of one `tag_count`: each costs a search of the completion.
    package static let tagCountMax = 32

    // MARK: Connections and workers

    /// Connections at once: the ranks of a large node, several times over.
    package static let connectionCountMax = 256
    package static let workerCountMax = 64
    /// Bytes of a connection's buffers that it keeps after a frame; what a larger frame took goes back to the kernel.
    package static let bufferByteCountKept = 1 << 20
    /// Bytes of large frames in flight over all connections; past it a request is refused as `overloaded`.
    package static let byteCountInFlightMax = 1 << 30
    /// A reply waiting in a connection's buffer above this stops reading from that connection.
    package static let replyBacklogByteCountMax = 4 << 20
    /// A peer that takes nothing of a waiting reply for so long is dropped.
    package static let slowReaderMillisecondsMax: UInt64 = 30_000
    /// How long requests under way may take to finish after SIGTERM.
    package static let drainMillisecondsMax: UInt64 = 10_000
    /// Events taken from one epoll_wait.
    package static let eventCountMax = 64

    // MARK: Batches

    /// Rollouts above which a batch is cut into chunks for all workers: below it, waking another core costs more than it saves.
    package static let chunkedRolloutCountMin = 32
    /// Rollouts of one chunk: about 50 us of work, so that the last chunk leaves no worker idle for long and a small request
    /// of another connection waits for no more than one of them.
    package static let chunkRolloutCount = 16

    // MARK: Libraries

    /// PCRE2's match limit: the worst of the backtracking patterns tried ends in under 2 ms with it.
    package static let regexMatchCountMax: UInt32 = 100_000
    /// PCRE2's steps of one search over all the places where a match could begin: PCRE2 counts afresh at each of them, so the
    /// match limit of a long text is this divided by their number. The worst of the quadratic patterns tried on 64 KB ends in
    /// 0.13 s with it.
    package static let regexStepCountMax = 100_000_000
    /// PCRE2's JIT stack of one worker.
    package static let regexStackByteCount = 256 << 10
    /// Stripped text that the language identifier sees: its answer no longer changes with more (measured on 75 languages).
    package static let languageByteCountMax = 2 << 10
    /// Depth of JSON values.
    package static let jsonDepthMax = 256
    /// Findings of one safety filter in one text that are counted; more change nothing about its score.
    package static let safetyFindingCountMax = 1_024
    /// Entries of one safety filter's lists: forty times the largest public collection, compiled in seconds.
    package static let safetyEntryCountMax = 100_000
    /// Bytes of one entry or allowed phrase after folding; it bounds how far a match reaches back.
    package static let safetyEntryByteCountMax = 256
    /// Regular expressions of one safety filter: each costs a search of the text when its prefilter fires.
    package static let safetyPatternCountMax = 1_024
    /// Matches of a scan looked at in one go; a denser text is scanned in blocks.
    package static let safetyMatchCountMax = 8_192
    /// Hits of regular expressions that allowed phrases are held against in one text; each costs a look at every phrase.
    package static let safetyExcuseCountMax = 4_096
    /// Bytes of one rationale.
    package static let rationaleByteCountMax = 1 << 10
}
