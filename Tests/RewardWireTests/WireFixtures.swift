import CMsgPack
import Glibc
import RewardClient
import RewardMemory
import RewardWire
import Synchronization

/// A buffer whose last byte is followed by a page that may not be touched, so that a read past the end of what it holds
/// ends the test run instead of going unseen.
final class GuardedBytes {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private let pageByteCount = 4096

    init(capacity: Int) {
        self.capacity = (capacity + pageByteCount - 1) / pageByteCount * pageByteCount
        let address = mmap(
            nil, self.capacity + pageByteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else { fatalError("no memory for a guarded buffer") }
        base = address
        mprotect(base + self.capacity, pageByteCount, PROT_NONE)
    }

    deinit {
        munmap(base, capacity + pageByteCount)
    }

    /// A view of `bytes` that ends at the guard; valid until the next call.
    func view(_ bytes: some Collection<UInt8>) -> ByteView {
        precondition(bytes.count <= capacity)
        let start = base + capacity - bytes.count
        UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyBytes(from: bytes)
        return ByteView(unsafe: UnsafePointer(start.assumingMemoryBound(to: UInt8.self)), count: bytes.count)
    }
}

/// Parses messages out of guarded memory. A view is valid until the next call.
final class Parser: @unchecked Sendable {
    private static let kept = Mutex<[Parser]>([])

    private let memory = GuardedBytes(capacity: 1 << 20)
    private var tape: MessageTape
    private var prompts: PromptIndex

    init(tokenCountMax: Int = 4096) {
        guard let tape = MessageTape(tokenCountMax: tokenCountMax), let prompts = PromptIndex() else {
            fatalError("no address space")
        }
        self.tape = tape
        self.prompts = prompts
        // Kept for the whole run: a view must not outlive its parser, and a test's last look at one often would.
        Parser.kept.withLock { $0.append(self) }
    }

    func parse(_ bytes: some Collection<UInt8>) -> (outcome: ParseOutcome, message: MessageView) {
        var message = MessageView.none
        let outcome = tape.parse(memory.view(bytes), into: &message)
        return (outcome, message)
    }

    /// The score request that `parameters` are.
    func scoreRequest(_ parameters: MessageValue) throws(RequestFault) -> ScoreRequest {
        let message = parse(parameters.encoded).message
        return try ScoreRequest(message, parameters: 0, promptIndex: &prompts)
    }

    func scoreRequest(_ message: MessageView, at token: Int) throws(RequestFault) -> ScoreRequest {
        try ScoreRequest(message, parameters: token, promptIndex: &prompts)
    }
}

extension ParseOutcome {
    var fault: MessageFault? {
        if case .fault(let fault, _) = self { fault } else { nil }
    }

    var offset: Int? {
        if case .fault(_, let offset) = self { offset } else { nil }
    }
}

/// Bodies of every method, in every shape that a client sends.
enum Corpus {
    static let scoreParameters: MessageValue = [
        "reward": "r", "completions": ["a", .binary([0x62]), .null, "d"],
        "prompts": [
            "p", [["role": "user", "content": "q"], ["content": [["type": "text", "text": "t"]]]], .null, [],
        ],
        "reference_answers": [1, -2.5, "x", true], "ids": [1, "b", 3, "d"], "group_ids": ["g", "g", 7, -7],
        "token_counts": [1, 2, .null, 70_000],
        "token_ids": [.binary([1, 0, 0, 0]), .binary([]), .null, .binary([0, 0, 0, 0, 255, 255, 255, 255])],
        "truncated": [true, false, .null, true],
        "fields": ["f": ["x", 1, .null, false]], "deadline_ms": 1_000, "rationales": true, "partial": false,
    ]

    static func request(_ method: String, _ parameters: MessageValue) -> MessageValue {
        [0, 7, .string(method), parameters]
    }

    static let bodies: [[UInt8]] = [
        request("score", scoreParameters), request("score", ["reward": "r", "completions": []]),
        request("hello", ["protocol": 1, "client": "test"]), request("stats", [:]), request("ping", [:]),
        request("cancel", ["msgid": 70_000]), request("reload", [:]), [2, "ping", [:]],
    ].map(\.encoded)
}
