/// Every limit of the sidecar, in one place, each with its reason.
///
/// A full thing refuses with a typed error; nothing grows past what stands here. The worst-case memory that follows is
/// computed in `MemoryBudget` and printed on the ready line. Getters and not constants, because a constant of another module is
/// reached through a lazy initialiser, which the data plane may not call.
public enum Limits {
    // MARK: Frames

    /// The largest body of one frame. 65,536 rollouts of 2 KB with prompts fit; a length above it is a broken or hostile
    /// peer, and costs it the connection.
    public static var frameByteCountMax: Int { @_noAllocation @inlinable get { 256 << 20 } }
    /// Bytes before a body: 0xCE and a 32-bit big-endian length.
    public static var frameHeaderByteCount: Int { @_noAllocation @inlinable get { 5 } }
    /// A reply is at most as large as a request: 32 components of 65,536 rollouts are 20 MB, rationales come on top.
    public static var replyByteCountMax: Int { @_noAllocation @inlinable get { 256 << 20 } }
    /// MessagePack values in one frame. A rollout with a prompt of eight messages has about fifty.
    public static var tokenCountMax: Int { @_noAllocation @inlinable get { 4 << 20 } }
    /// How deep values nest; the depth that msgpack-c's parser template holds on its own stack.
    public static var nestingDepthMax: Int { @_noAllocation @inlinable get { 32 } }

    // MARK: Requests

    /// Rollouts in one request: the largest generation batch seen in the field, with room.
    public static var rolloutCountMax: Int { @_noAllocation @inlinable get { 65_536 } }
    /// One completion. Above it the rollout is refused: no policy writes a megabyte, and the libraries' scratch is sized by it.
    public static var completionByteCountMax: Int { @_noAllocation @inlinable get { 1 << 20 } }
    /// Prompt text looked at by components (its tail, where the last turn stands).
    public static var promptByteCountMax: Int { @_noAllocation @inlinable get { 1 << 20 } }
    /// Named columns a request may carry.
    public static var fieldCountMax: Int { @_noAllocation @inlinable get { 64 } }
    /// Bytes of a name: reward, component, field, client.
    public static var nameByteCountMax: Int { @_noAllocation @inlinable get { 128 } }
    /// Bytes of the message that tells a client why a reload failed: the first errors of a configuration.
    public static var reloadMessageByteCountMax: Int { @_noAllocation @inlinable get { 2 << 10 } }

    // MARK: Configuration

    /// Bytes of a configuration file: hundreds of rewards with long comments.
    package static let configurationByteCountMax = 1 << 20
    /// Values in a configuration, aliases unfolded; a large inline JSON Schema has thousands.
    package static let configurationNodeCountMax = 100_000
    /// How deep a configuration nests, inline JSON Schemas included.
    package static let configurationDepthMax = 64
    /// Bytes of one file that a configuration refers to (a word list, a schema) and of all of them.
    package static let referencedFileByteCountMax = 16 << 20
    package static let referencedByteCountMax = 64 << 20
    /// Tokens of a tokenizer; the largest published ones have 200,000.
    package static let tokenizerTokenCountMax = 1 << 20
    /// Errors that one check of a configuration reports.
    package static let configurationErrorCountMax = 100
    /// Components of one reward: a status mask and a formula's variables are that wide.
    public static var componentCountMax: Int { @_noAllocation @inlinable get { 32 } }
    /// Rewards in one configuration.
    public static var rewardCountMax: Int { @_noAllocation @inlinable get { 256 } }
    /// Fields a reward's components may read.
    public static var rewardFieldCountMax: Int { @_noAllocation @inlinable get { 16 } }
    /// Steps of a compiled formula, and the depth of its stack.
    public static var formulaStepCountMax: Int { @_noAllocation @inlinable get { 256 } }
    public static var formulaDepthMax: Int { @_noAllocation @inlinable get { 32 } }

    /// Tags of one `tag_count`: each costs a search of the completion.
    public static var instructionCountMax: Int { @_noAllocation @inlinable get { 32 } }
    /// Instructions that a rollout brings as JSON text, of which a prompt to be repeated may be the largest part.
    public static var instructionsByteCountMax: Int { @_noAllocation @inlinable get { 64 << 10 } }
    public static var tagCountMax: Int { @_noAllocation @inlinable get { 32 } }

    // MARK: Judged requests

    /// Requests of one worker whose judges have not answered yet; one more is refused as overloaded. A trainer that sends
    /// rollouts one by one has thousands under way.
    public static var parkedRequestCountMax: Int { @_noAllocation @inlinable get { 16_384 } }
    /// Texts of rollouts that wait for a pause in which second rubrics are asked about them; more are skipped. A batch of 1,024
    /// rollouts of 16 KB fits four times.
    public static var shadowByteCountMax: Int { @_noAllocation @inlinable get { 64 << 20 } }
    /// How long judges may take when the request names no deadline.
    public static var judgeDeadlineMilliseconds: UInt64 { @_noAllocation @inlinable get { 60_000 } }
    /// The longest that a request may let its judges take.
    public static var judgeDeadlineMillisecondsMax: UInt64 { @_noAllocation @inlinable get { 3_600_000 } }

    // MARK: The store

    /// Bytes of the audit log's rows that wait to be written, over all workers: the texts of the largest usual batch. Rows that
    /// find no room are dropped and counted; a reward never waits for the disk.
    public static var auditQueueByteCountMax: Int { @_noAllocation @inlinable get { 256 << 20 } }
    /// Bytes of one text in the audit log when the configuration does not say; the rest is cut off. Most completions are below.
    public static var auditTextByteCount: Int { @_noAllocation @inlinable get { 64 << 10 } }
    /// Verdicts and labels that wait to be written. Judges give hundreds a second at most; this is many seconds of them.
    package static let storeMessageCountMax = 65_536

    // MARK: Connections and workers

    /// Connections at once: the ranks of a large node, several times over.
    public static var connectionCountMax: Int { @_noAllocation @inlinable get { 256 } }
    public static var workerCountMax: Int { @_noAllocation @inlinable get { 64 } }
    /// Bytes of a connection's buffers that it keeps after a frame; what a larger frame took goes back to the kernel.
    public static var bufferByteCountKept: Int { @_noAllocation @inlinable get { 1 << 20 } }
    /// Bytes of large frames' buffers that connections keep for their next large frame, over all connections: a trainer sends
    /// batch after batch, and a quarter of what one of 65,536 rollouts costs would go into pages that are given back and taken anew.
    /// One of the largest frames fits.
    public static var keptByteCountMax: Int { @_noAllocation @inlinable get { 256 << 20 } }
    /// Bytes of a connection's receive buffer that take memory page by page; what is behind them takes it by huge pages.
    public static var smallPagesByteCount: Int { @_noAllocation @inlinable get { 4 << 20 } }
    public static var hugePageByteCount: Int { @_noAllocation @inlinable get { 2 << 20 } }
    /// Bytes of large frames in flight over all connections; past it a request is refused as `overloaded`.
    public static var byteCountInFlightMax: Int { @_noAllocation @inlinable get { 1 << 30 } }
    /// A reply waiting in a connection's buffer above this stops reading from that connection.
    public static var replyBacklogByteCountMax: Int { @_noAllocation @inlinable get { 1 << 20 } }
    /// A peer that takes nothing of a waiting reply for so long is dropped.
    public static var slowReaderMillisecondsMax: UInt64 { @_noAllocation @inlinable get { 30_000 } }
    /// How long requests under way may take to finish after SIGTERM.
    public static var drainMillisecondsMax: UInt64 { @_noAllocation @inlinable get { 10_000 } }
    /// Events taken from one epoll_wait.
    public static var eventCountMax: Int { @_noAllocation @inlinable get { 64 } }

    // MARK: The gateway

    /// Bytes that a client has queued for a sidecar that does not take them; a call more is refused.
    package static let pipelineBacklogByteCountMax = 256 << 20
    /// The body of an HTTP request: three times what a Lambda function is sent at most, and more than any batch seen.
    package static let gatewayBodyByteCountMax = 16 << 20
    /// Bodies held at the same time, over all connections; past it a request is answered 503.
    package static let gatewayBodiesByteCountMax = 256 << 20
    /// HTTP connections at once: slime opens 64 a node, aiohttp 100 a process.
    package static let gatewayConnectionCountMax = 1_024
    /// Rollouts of one review session: more than anybody labels in a week.
    package static let reviewItemCountMax = 2_000
    /// The latest rollouts that a review session is drawn from: their texts are read once, in seconds.
    package static let reviewFrameRolloutCountMax = 200_000
    /// Bytes of a reviewer's note.
    package static let reviewNoteByteCountMax = 4_096
    /// Review sessions that are listed, the latest first.
    package static let reviewSessionCountMax = 200
    /// Rollouts that are gathered from HTTP requests into one of the socket.
    package static let gatheredRolloutCountMax = 256
    /// How long the first of them waits for others. Trainers that score one rollout a request have many under way.
    package static let gatherMilliseconds = 2

    // MARK: Batches

    /// Rollouts above which a batch is cut into chunks for all workers: below it, waking another core costs more than it saves.
    public static var chunkedRolloutCountMin: Int { @_noAllocation @inlinable get { 32 } }
    /// Rollouts of one chunk: tens of microseconds of work, so that the last chunk leaves no worker idle for long.
    public static var chunkRolloutCount: Int { @_noAllocation @inlinable get { 16 } }

    /// How long a worker stays with a batch, its rows or its bytes, before it looks at its sockets again.
    public static var chunkNanosecondsMax: UInt64 { @_noAllocation @inlinable get { 50_000 } }
    /// How long a worker looks for the next bytes of a large frame before it sleeps: a peer that is writing has more within
    /// microseconds, and a sleeper is woken in tens of them.
    public static var receivePatienceNanoseconds: UInt64 { @_noAllocation @inlinable get { 20_000 } }

    // MARK: Libraries

    /// Bytes of a piece of text within which a tokenizer merges bytes; longer ones are letters without a break that no
    /// vocabulary is made for, and 2.4 MB a worker are enough for this.
    public static var tokenPieceByteCountMax: Int { @_noAllocation @inlinable get { 1 << 16 } }

    /// PCRE2's match limit: the worst of the backtracking patterns tried ends in under 2 ms with it.
    public static var regexMatchCountMax: UInt32 { @_noAllocation @inlinable get { 100_000 } }
    /// PCRE2's steps of one search over all the places where a match could begin: PCRE2 counts afresh at each of them, so the
    /// match limit of a long text is this divided by their number. The worst of the quadratic patterns tried ends in under 1 s
    /// with it whatever the text's length.
    public static var regexStepCountMax: Int { @_noAllocation @inlinable get { 200_000_000 } }
    /// PCRE2's JIT stack of one worker.
    public static var regexStackByteCount: Int { @_noAllocation @inlinable get { 256 << 10 } }
    /// Stripped text that the language identifier sees: its answer no longer changes with more (measured on 75 languages).
    public static var languageByteCountMax: Int { @_noAllocation @inlinable get { 2 << 10 } }
    /// The same of the fast engine.
    public static var fastLanguageByteCountMax: Int { @_noAllocation @inlinable get { 256 } }
    /// What stands for a longer text there: four stretches of some eight words.
    public static var fastLanguageSampleByteCount: Int { @_noAllocation @inlinable get { 192 } }
    /// A reference that is compared without regard to case, its case folded. A worker sets three times that aside, and no
    /// reference answer comes near it.
    public static var foldedReferenceByteCountMax: Int { @_noAllocation @inlinable get { 64 << 10 } }
    /// A text that a component puts together: a completion of the largest size with a reference's worth around it.
    public static var joinedTextByteCountMax: Int { @_noAllocation @inlinable get { (1 << 20) + (64 << 10) } }
    /// Depth of JSON values.
    public static var jsonDepthMax: Int { @_noAllocation @inlinable get { 256 } }
    /// Brackets and fences that `extract: first` and `fenced` try in one text: what bounds their work to that many passes.
    public static var jsonExtractionAttemptCountMax: Int { @_noAllocation @inlinable get { 32 } }
    /// How deep schemas may lead into each other over one text. A value nests 256 deep, with a few `$ref` and `allOf` a level.
    public static var jsonSchemaDepthMax: Int { @_noAllocation @inlinable get { 1_024 } }
    /// Steps of one evaluation (a few nanoseconds each; `uniqueItems` at its cap takes half of them), beside so many for every
    /// word of the parsed text: what bounds schemas that fan out.
    public static var jsonSchemaStepCountMax: Int { @_noAllocation @inlinable get { 1_000_000 } }
    public static var jsonSchemaStepsPerWordMax: Int { @_noAllocation @inlinable get { 64 } }
    /// Items that `uniqueItems` compares, each with each.
    public static var jsonUniqueItemCountMax: Int { @_noAllocation @inlinable get { 1_024 } }
    /// Matches of `pattern` first get this match limit, and so many of one text may go on to `regexMatchCountMax`: a text of
    /// a hundred thousand strings cannot cost a hundred thousand times the worst match.
    public static var jsonPatternMatchCountMax: UInt32 { @_noAllocation @inlinable get { 1_000 } }
    public static var jsonPatternRetryCountMax: Int { @_noAllocation @inlinable get { 64 } }
    /// Findings of one safety filter in one text that are counted; more change nothing about its score.
    public static var safetyFindingCountMax: Int { @_noAllocation @inlinable get { 1_024 } }
    /// Entries of one safety filter's lists: forty times the largest public collection, compiled in seconds.
    public static var safetyEntryCountMax: Int { @_noAllocation @inlinable get { 100_000 } }
    /// Bytes of one entry or allowed phrase after folding; it bounds how far a match reaches back.
    public static var safetyEntryByteCountMax: Int { @_noAllocation @inlinable get { 256 } }
    /// Regular expressions of one safety filter: each costs a search of the text when its prefilter fires.
    public static var safetyPatternCountMax: Int { @_noAllocation @inlinable get { 1_024 } }
    /// Matches of a scan looked at in one go; a denser text is scanned in blocks.
    public static var safetyMatchCountMax: Int { @_noAllocation @inlinable get { 8_192 } }
    /// Hits of regular expressions that allowed phrases are held against in one text; each costs a look at every phrase.
    public static var safetyExcuseCountMax: Int { @_noAllocation @inlinable get { 4_096 } }
    /// Units (words, characters, tokens) of the texts that one component compares or looks for repetitions in: as many tokens
    /// as a completion of a megabyte brings at four bytes each.
    public static var sequenceUnitCountMax: Int { @_noAllocation @inlinable get { 1 << 18 } }
    /// Slots of the table that names words and n-grams: half as many again as a megabyte of the shortest words takes.
    public static var sequenceNameSlotCount: Int { @_noAllocation @inlinable get { 1 << 20 } }
    /// Units of one n-gram of `repetition_penalty`: each costs a pass over the text.
    public static var repetitionSizeMax: Int { @_noAllocation @inlinable get { 32 } }
    /// Bytes of a text whose similarity is measured, completion or reference. Half the units of a worker's scratch, so that
    /// both texts fit.
    public static var similarityByteCountMax: Int { @_noAllocation @inlinable get { 128 << 10 } }
    /// Steps of one longest common subsequence (64 rows of one column, about a nanosecond): two texts of 32,768 characters.
    public static var similarityStepCountMax: Int { @_noAllocation @inlinable get { 16 << 20 } }
    /// Bytes of one answer that `math_equivalence` reads: the longest of the MATH data set has 159.
    public static var mathAnswerByteCountMax: Int { @_noAllocation @inlinable get { 4 << 10 } }
    /// Nodes of a reference and an answer together: a matrix of ten by ten on either side.
    public static var mathNodeCountMax: Int { @_noAllocation @inlinable get { 1_024 } }
    /// How deep brackets, powers and fractions of an answer nest; what bounds the recursion over it.
    public static var mathDepthMax: Int { @_noAllocation @inlinable get { 48 } }
    /// Items of a list without order, each compared with each.
    public static var mathItemCountMax: Int { @_noAllocation @inlinable get { 64 } }
    /// The largest number whose factorial is computed, and the most factors of a binomial coefficient.
    public static var mathFactorialMax: Int { @_noAllocation @inlinable get { 5_000 } }
    /// Places in one completion at which an answer is looked for: what bounds that work to so many passes.
    public static var mathCandidateCountMax: Int { @_noAllocation @inlinable get { 16 } }
    /// Bytes of one rationale.
    public static var rationaleByteCountMax: Int { @_noAllocation @inlinable get { 1 << 10 } }
}
