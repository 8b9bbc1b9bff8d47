package import RewardMemory

/// A scored rollout on its way from a worker to the store: how its bytes are laid out, for both ends.
///
/// A head of fixed fields, then names, components and texts in one order, each behind its length; numbers are little-endian.
/// Both ends live in one process, so there is no version.
enum AuditLayout {
    static var headByteCount: Int { @_noAllocation get { 48 } }
    /// The length of a text that is not there.
    static var absent: UInt32 { @_noAllocation get { UInt32.max } }

    static var truncatedFlag: UInt8 { @_noAllocation get { 1 } }
    static var promptIsJSONFlag: UInt8 { @_noAllocation get { 2 } }
    static var cutFlag: UInt8 { @_noAllocation get { 4 } }
}

/// What stands in a row besides names and texts.
package struct AuditHead: BitwiseCopyable, Equatable {
    /// When the rollout was scored, since 1970.
    package var wallClockMicroseconds: Int64 = 0
    package var reward: Double = 0
    /// From the request's arrival until the reward was there.
    package var timingMicroseconds: UInt64 = 0
    /// As the trainer counted them; -1 when it did not.
    package var tokenCount: Int64 = -1
    /// Bytes of the completion, all of it.
    package var completionByteCount: UInt32 = 0
    /// Components that follow.
    package var componentCount: UInt8 = 0
    /// The rollout's status byte.
    package var status: UInt8 = 0
    package var isTruncated = false
    package var promptIsJSON = false
    /// Whether some text is longer than what is kept of it.
    package var isCut = false

    @_noAllocation package init() {}
}

/// The name of a rollout or a group, as trainers send it.
package enum AuditName {
    case absent
    case integer(Int64)
    case text(ByteView)
}

/// One component of a row.
package struct AuditComponent {
    package let name: ByteView
    package let score: Double
    package let status: UInt8
    /// Who judged, what was found, and what was said; nil for a component that is not judged.
    package let judge: ByteView?
    package let verdict: ByteView?
    package let rationale: ByteView?
}

/// Reads a row in the order in which it was written: the head, the reward's names, the components, the texts.
@safe
package struct AuditRow {
    private let bytes: ByteView
    private var position: Int
    package let head: AuditHead
    package let configurationHash: ByteView
    package let rewardName: ByteView

    // Allocates: never; for the store's thread.
    package init(_ bytes: ByteView) {
        precondition(bytes.count >= AuditLayout.headByteCount, "a row has a head")
        self.bytes = bytes
        var head = AuditHead()
        head.wallClockMicroseconds = Int64(bitPattern: bytes.word(at: 0))
        head.reward = Double(bitPattern: bytes.word(at: 8))
        head.timingMicroseconds = bytes.word(at: 16)
        head.tokenCount = Int64(bitPattern: bytes.word(at: 24))
        let packed = bytes.word(at: 32)
        head.completionByteCount = UInt32(truncatingIfNeeded: packed)
        head.componentCount = UInt8(truncatingIfNeeded: packed >> 32)
        head.status = UInt8(truncatingIfNeeded: packed >> 40)
        let flags = UInt8(truncatingIfNeeded: packed >> 48)
        head.isTruncated = flags & AuditLayout.truncatedFlag != 0
        head.promptIsJSON = flags & AuditLayout.promptIsJSONFlag != 0
        head.isCut = flags & AuditLayout.cutFlag != 0
        self.head = head
        position = AuditLayout.headByteCount
        configurationHash = Self.text(bytes, &position) ?? .empty
        rewardName = Self.text(bytes, &position) ?? .empty
    }

    /// The rollout's name, then its group's.
    // Allocates: never; for the store's thread.
    package mutating func nextName() -> AuditName {
        let kind = bytes[position]
        position += 1
        switch kind {
        case 0: return .absent
        case 1:
            defer { position += 8 }
            return .integer(Int64(bitPattern: bytes.word(at: position)))
        default: return .text(nextText() ?? .empty)
        }
    }

    // Allocates: never; for the store's thread.
    package mutating func nextComponent() -> AuditComponent {
        let name = nextText() ?? .empty
        let score = Double(bitPattern: bytes.word(at: position))
        let status = bytes[position + 8]
        position += 9
        let judge = nextText()
        let verdict = nextText()
        return AuditComponent(
            name: name, score: score, status: status, judge: judge, verdict: verdict, rationale: nextText())
    }

    /// The prompt, the completion, the reference answer, the fields; nil for one that is not kept.
    // Allocates: never; for the store's thread.
    package mutating func nextText() -> ByteView? {
        Self.text(bytes, &position)
    }

    // Allocates: never; for the store's thread.
    private static func text(_ bytes: ByteView, _ position: inout Int) -> ByteView? {
        let count = bytes.slice(position, position + 4)
        let length = (0..<4).reduce(UInt32(0)) { $0 | UInt32(count[$1]) << (8 * UInt32($1)) }
        position += 4
        guard length != AuditLayout.absent else { return nil }
        defer { position += Int(length) }
        return bytes.slice(position, position + Int(length))
    }
}
