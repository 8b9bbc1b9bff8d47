package import RewardMemory

/// Why a request is refused as a whole. Names the offender, so that the sentence a client reads says what to mend.
package enum RequestFault: Error, BitwiseCopyable {
    /// The frame is not one: its connection is closed after the answer.
    case badFrame(message: StaticString, offset: Int)
    case unknownMethod(ByteView)
    case notAMap(StaticString)
    case missingKey(StaticString)
    case unknownKey(ByteView)
    case wrongType(key: ByteView, wanted: StaticString)
    case wrongElement(key: ByteView, row: Int, wanted: StaticString)
    case wrongLength(key: ByteView, count: Int, wantedCount: Int)
    case tooManyRollouts(Int, limit: Int)
    case tooManyFields(Int)
    case unknownReward(ByteView)
    case neededColumn(StaticString, reward: ByteView)
    case neededField(ByteView, reward: ByteView)
    /// Pairs are to be compared, and no component says by what.
    case noPreference(reward: ByteView)
    case replyTooLarge(byteCount: Int)
    case overloaded(StaticString)
    case shuttingDown
    case forbidden
    case unsupportedProtocol(Int64)
    case reloadFailed(ByteView)

    package var code: ErrorCode {
        @_noAllocation get {
            switch self {
            case .badFrame: .badFrame
            case .unknownMethod: .unknownMethod
            case .notAMap, .missingKey, .unknownKey, .wrongType, .wrongElement, .wrongLength, .neededColumn,
                .neededField, .noPreference,
                .unsupportedProtocol:
                .badRequest
            case .tooManyRollouts, .tooManyFields, .replyTooLarge: .tooLarge
            case .unknownReward: .unknownReward
            case .overloaded: .overloaded
            case .shuttingDown: .shuttingDown
            case .forbidden: .forbidden
            case .reloadFailed: .reloadFailed
            }
        }
    }

    /// The sentence for people.
    @_noAllocation
    package func describe(into text: inout RigidBytes) {
        switch self {
        case .badFrame(let message, _): text.append(message)
        case .unknownMethod(let name): Self.append(&text, "there is no method ", quoted: name)
        case .notAMap(let what):
            text.append(what)
            text.append(" must be a map")
        case .missingKey(let key): Self.append(&text, "the request lacks ", quoted: ByteView(key))
        case .unknownKey(let key): Self.append(&text, "the request has the unknown key ", quoted: key)
        case .wrongType(let key, let wanted):
            Self.append(&text, "", quoted: key)
            text.append(" must be ")
            text.append(wanted)
        case .wrongElement(let key, let row, let wanted):
            Self.append(&text, "", quoted: key)
            text.append(", row ")
            text.append(decimal: row)
            text.append(": must be ")
            text.append(wanted)
        case .wrongLength(let key, let count, let wantedCount):
            Self.append(&text, "", quoted: key)
            text.append(" has ")
            text.append(decimal: count)
            text.append(" rows, `completions` has ")
            text.append(decimal: wantedCount)
        case .tooManyRollouts(let count, let limit): describeTooMany(count, "rollouts", limit, &text)
        case .tooManyFields(let count): describeTooMany(count, "fields", Limits.fieldCountMax, &text)
        default: describeRest(into: &text)
        }
    }

    @_noAllocation
    private func describeRest(into text: inout RigidBytes) {
        switch self {
        case .unknownReward(let name): Self.append(&text, "the configuration has no reward ", quoted: name)
        case .neededColumn(let column, let reward):
            Self.append(&text, "the reward ", quoted: reward)
            Self.append(&text, " needs the column ", quoted: ByteView(column))
        case .neededField(let field, let reward):
            Self.append(&text, "the reward ", quoted: reward)
            Self.append(&text, " needs the field ", quoted: field)
            text.append(" in `fields`")
        case .noPreference(let reward):
            Self.append(&text, "the reward ", quoted: reward)
            text.append(" has no preference component to compare by")
        case .replyTooLarge(let byteCount):
            text.append("the reply could take ")
            text.append(decimal: byteCount)
            text.append(" bytes, more than the limit of ")
            text.append(decimal: Limits.replyByteCountMax)
            text.append("; ask for fewer rollouts at once, or without rationales")
        case .overloaded(let why): text.append(why)
        case .shuttingDown: text.append("the sidecar is shutting down")
        case .forbidden: text.append("this user may not connect to the sidecar")
        case .unsupportedProtocol(let version):
            text.append("this sidecar speaks protocol 1, not ")
            text.append(decimal: Int(version))
        case .reloadFailed(let why): ForeignText.append(why, byteCountMax: Limits.reloadMessageByteCountMax, to: &text)
        default: break
        }
    }

    /// What `details` names: a column, a key or an offset.
    package var subject: (key: StaticString, text: ByteView, number: Int?) {
        @_noAllocation get {
            switch self {
            case .badFrame(_, let offset): ("offset", .empty, offset)
            case .unknownMethod(let name): ("method", name, nil)
            case .notAMap(let what): ("value", ByteView(what), nil)
            case .missingKey(let key): ("key", ByteView(key), nil)
            case .unknownKey(let key): ("key", key, nil)
            case .wrongType(let key, _): ("column", key, nil)
            case .wrongElement(let key, let row, _): ("column", key, row)
            case .wrongLength(let key, _, _): ("column", key, nil)
            case .tooManyRollouts(let count, _), .tooManyFields(let count): ("count", .empty, count)
            case .unknownReward(let name), .noPreference(let name): ("reward", name, nil)
            case .neededColumn(let column, _): ("column", ByteView(column), nil)
            case .neededField(let field, _): ("field", field, nil)
            case .replyTooLarge(let byteCount): ("bytes", .empty, byteCount)
            case .unsupportedProtocol(let version): ("protocol", .empty, Int(version))
            case .overloaded, .shuttingDown, .forbidden, .reloadFailed: ("", .empty, nil)
            }
        }
    }

    @_noAllocation
    private func describeTooMany(_ count: Int, _ what: StaticString, _ limit: Int, _ text: inout RigidBytes) {
        text.append(decimal: count)
        text.append(" ")
        text.append(what)
        text.append(", the limit is ")
        text.append(decimal: limit)
    }

    /// The name in back quotes.
    @_noAllocation
    private static func append(_ text: inout RigidBytes, _ lead: StaticString, quoted name: ByteView) {
        text.append(lead)
        text.append("`")
        let isWhole = ForeignText.append(name, byteCountMax: Limits.nameByteCountMax, to: &text)
        text.append(isWhole ? "`" : "...`")
    }
}
