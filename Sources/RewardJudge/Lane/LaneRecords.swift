/// Work at hand.
struct LaneWork: Sendable {
    let work: JudgeWork
    let begunNanoseconds: UInt64
    var openQuestions: Set<UInt64> = []
    var answers: [JudgeAnswer] = []
    var usage = JudgeUsage()
    /// What is compared with a shadow's answer; nil for other work.
    var shadowed: ShadowedAnswer?
    var pairs: [JudgedPair] = []

    init(_ work: JudgeWork, begunNanoseconds: UInt64) {
        self.work = work
        self.begunNanoseconds = begunNanoseconds
    }
}

/// A question at hand, and how far it is.
struct LaneQuestion: Sendable {
    let asked: JudgeQuestion
    let ticket: JudgeTicket
    var stage = Stage.new
    /// Its calls that have not ended.
    var openCalls: Set<UInt64> = []

    enum Stage: Sendable {
        case new
        /// The light judge votes.
        case light(RubricBallot)
        /// The task's judges vote; with what the light judge thought, should they have nothing to say.
        case heavy(RubricBallot, lightOpinion: Opinion?)
        /// Pairs or groups are compared.
        case comparing(Comparison)
    }

    init(_ asked: JudgeQuestion, ticket: JudgeTicket) {
        self.asked = asked
        self.ticket = ticket
    }
}

/// A call at hand.
struct LaneCall: Sendable {
    var call: JudgeCall
    let judge: Int
    let question: UInt64
    /// What in its question the call decides.
    let place: Place
    /// Of its words.
    let byteCount: Int
    let deadlineNanoseconds: UInt64
    /// Of what the call begins with.
    let prefixHash: UInt64
    /// Nil where there is no cache.
    let key: CacheKey?
    /// Its `user` text was let go once its request had it: thousands are under way, and few are sent twice.
    var lacksWords = false
    /// Asked once more, for nothing but JSON, after a reply without a verdict.
    var isRepair = false
    /// The batch that carries it to the pool; nil for none.
    var batch: UInt64?
    /// Calls of a batch that it may be part of: fewer after one that failed, and 1 where it goes by itself.
    var batchCountMax = BatchLimit.countMax
    var flight = Flight.alone

    enum Place: Sendable {
        case vote(voter: Int, firstAnswer: Int, part: Int)
        case pair(index: Int, isSwapped: Bool)
        case group(index: Int)
    }

    /// How the call stands to the cache.
    enum Flight: Sendable {
        /// Asks for itself.
        case alone
        /// Asks, and others wait for it.
        case leads
        /// Waits for the one that asks.
        case joins
    }
}

/// A request that was sent for a call.
struct LaneAttempt: Sendable {
    let identifier: AttemptIdentifier
    /// The calls that it asks: several of a batch.
    var calls: [UInt64]
    let endpoint: Int
    /// What the request was built by.
    var capabilities: EndpointCapabilities
    /// What it was signed by, if it was.
    var clockLead: ClockLead
    let beginNanoseconds: UInt64
    let endNanoseconds: UInt64
    /// Of a batch: whether it was given so much time that wanting more speaks of its size. One that was begun late speaks of others.
    let hasAmpleTime: Bool
    /// How often it was sent anew without a parameter that was refused.
    var resendCount = 0
    var reply: ProviderReply?
}

/// Works by their deadlines: a binary heap.
struct DeadlineHeap: Sendable {
    private var entries: [(deadline: UInt64, ticket: JudgeTicket)] = []

    var earliest: UInt64? { entries.first?.deadline }
    var earliestTicket: JudgeTicket? { entries.first?.ticket }

    mutating func insert(_ ticket: JudgeTicket, _ deadline: UInt64) {
        entries.append((deadline, ticket))
        var child = entries.count - 1
        while child > 0, entries[child].deadline < entries[(child - 1) / 2].deadline {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The work whose deadline has come; nil when there is none.
    mutating func popDue(_ now: UInt64) -> JudgeTicket? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        popFirst()
        return first.ticket
    }

    mutating func popFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].deadline < entries[least].deadline { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
