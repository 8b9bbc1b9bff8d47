internal import CLinux
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

// From bytes to requests, and the small methods.

extension Worker {
    /// Handles whole frames until one is missing bytes, must wait, or the replies pile up. True in the last case: frames may
    /// be left to handle once replies have gone out.
    @_noAllocation
    mutating func handleFrames(_ slot: Int) -> Bool {
        while slots[slot].descriptor >= 0 {
            guard !slots[slot].isWaiting && !slots[slot].isClosing else { return false }
            guard slots[slot].unsent.count <= pressureLimits.replyBacklogByteCount else { return true }
            reclaimReplies(slot)
            if slots[slot].discardCount > 0 {
                discard(slot)
                if slots[slot].discardCount > 0 { return false }
                continue
            }
            let received = slots[slot].received
            guard !received.isEmpty else { break }
            guard received[0] == FrameHeader.marker else {
                closeForBadFrame(slot, "a frame begins with 0xCE", offset: 0)
                return false
            }
            guard received.count >= Limits.frameHeaderByteCount, let bodyCount = FrameHeader.bodyByteCount(received)
            else { break }
            guard bodyCount <= limits.frameByteCount else {
                closeForBadFrame(slot, "the frame's length is above the limit", offset: 1)
                return false
            }
            let frameCount = bodyCount &+ Limits.frameHeaderByteCount
            if frameCount > Limits.bufferByteCountKept && slots[slot].frameChargedByteCount == 0 {
                guard received.count >= min(frameCount, 32) else { break }
                if !charge(slot, frameCount) { continue }
            }
            guard received.count >= frameCount else { break }
            handleFrame(slot, received.slice(Limits.frameHeaderByteCount, frameCount))
            // A frame that waits stays where it is: its batch reads from it.
            let isDone = slots[slot].descriptor >= 0 && !slots[slot].isWaiting && !slots[slot].isClosing
            if isDone { finishFrame(slot, frameCount) }
        }
        slots[slot].compact()
        return false
    }

    /// Moves behind the frame at hand, and returns what it was charged; its memory is kept for the next one like it while
    /// there is room for that.
    @_noAllocation
    private mutating func finishFrame(_ slot: Int, _ frameCount: Int) {
        slots[slot].receiveStart &+= frameCount
        guard slots[slot].frameChargedByteCount > 0 else { return }
        server.release(slots[slot].frameChargedByteCount)
        slots[slot].frameChargedByteCount = 0
        slots[slot].compact()
        // Whoever waits for judges mostly sends nothing meanwhile, and what they need of the frame has been copied.
        if slots[slot].parkedCount > 0 { return releaseKept(slot, keeping: 0) }
        let wantedByteCount = ConnectionSlot.residentByteCount(filledTo: slots[slot].receiveEnd &+ frameCount)
        let missingByteCount = wantedByteCount &- slots[slot].keptByteCount
        if missingByteCount > 0 {
            guard server.keep(missingByteCount) else { return releaseKept(slot) }
            slots[slot].keptByteCount = wantedByteCount
        }
        if nextSweepNanoseconds == 0 { nextSweepNanoseconds = MonotonicClock.nanoseconds &+ sweepNanoseconds }
    }

    /// Gives back the memory that a connection kept of its large frames.
    @_noAllocation
    func releaseKept(_ slot: Int, keeping byteCount: Int = Limits.bufferByteCountKept) {
        slots[slot].releaseReceivePages(keeping: byteCount)
        server.letGo(slots[slot].keptByteCount)
        slots[slot].keptByteCount = 0
    }

    /// Makes the room of replies that have been taken free again, and returns what large ones were charged: what still waits
    /// is no more than every connection may have waiting.
    @_noAllocation
    func reclaimReplies(_ slot: Int) {
        slots[slot].compactReplies()
        guard slots[slot].replyChargedByteCount > 0 else { return }
        server.release(slots[slot].replyChargedByteCount)
        slots[slot].replyChargedByteCount = 0
        slots[slot].releaseReplyPages()
    }

    @_noAllocation
    private func discard(_ slot: Int) {
        let available = slots[slot].received.count
        let dropped = min(available, slots[slot].discardCount)
        slots[slot].receiveStart &+= dropped
        slots[slot].discardCount &-= dropped
        slots[slot].compact()
    }

    /// Charges a large frame to the budget; refuses the request at once, and throws its bytes away, when there is none left.
    @_noAllocation
    private mutating func charge(_ slot: Int, _ frameCount: Int) -> Bool {
        let byteCount = ConnectionSlot.residentByteCount(filledTo: frameCount)
        if server.charge(byteCount) {
            slots[slot].frameChargedByteCount = byteCount
            return true
        }
        count(.overloaded)
        note(.overloaded, frameCount)
        let received = slots[slot].received
        let identifier = Self.messageIdentifier(received.slice(Limits.frameHeaderByteCount, received.count))
        answer(
            slot, .overloaded("too many bytes of other requests are in flight; send the batch again later"), identifier)
        slots[slot].discardCount = frameCount
        return false
    }

    /// The msgid out of the first bytes of a request `[0, msgid, ...]`; nil when they are no request.
    @_noAllocation
    private static func messageIdentifier(_ body: ByteView) -> UInt32? {
        guard body.count >= 7, body[0] == 0x94, body[1] == 0x00 else { return nil }
        switch body[2] {
        case 0x00...0x7F: return UInt32(body[2])
        case 0xCC: return UInt32(body[3])
        case 0xCD: return UInt32(body[3]) &<< 8 | UInt32(body[4])
        case 0xCE:
            let high = UInt32(body[3]) &<< 24 | UInt32(body[4]) &<< 16
            return high | UInt32(body[5]) &<< 8 | UInt32(body[6])
        default: return nil
        }
    }

    @_noAllocation
    private mutating func handleFrame(_ slot: Int, _ body: ByteView) {
        var message = MessageView.none
        if case .fault(let fault, let offset) = tape.parse(body, into: &message) {
            return closeForBadFrame(slot, fault.message, offset: offset &+ Limits.frameHeaderByteCount)
        }
        // A request whose turn has come is read a second time.
        if slots[slot].queuedNanoseconds == 0 { count(.requests) }
        var identifier: UInt32?
        do throws(RequestFault) {
            let envelope = try Envelope(message)
            identifier = envelope.messageIdentifier
            // A notification asks for nothing: there is none yet that the sidecar acts on.
            guard let identifier else { return }
            guard let method = Method(envelope.methodName) else { throw .unknownMethod(envelope.methodName) }
            try call(slot, method, identifier, message, envelope.parameters)
        } catch {
            if case .badFrame(let message, let offset) = error {
                return closeForBadFrame(slot, message, offset: offset)
            }
            refuse(slot, error, identifier)
        }
    }

    @_noAllocation
    private mutating func call(
        _ slot: Int, _ method: Method, _ identifier: UInt32, _ message: MessageView, _ parameters: Int
    ) throws(RequestFault) {
        switch method {
        case .score: try score(slot, identifier, message, parameters)
        case .compare: try compare(slot, identifier, message, parameters)
        case .ping:
            var writer = replyWriter(slot)
            let start = writer.beginReply(identifier)
            writer.map(1)
            writer.string("time_us")
            writer.unsigned(MonotonicClock.nanoseconds / 1_000)
            finish(slot, &writer, start)
        case .cancel:
            try cancel(slot, identifier, message, parameters)
        case .hello: try hello(slot, identifier, message, parameters)
        case .stats: stats(slot, identifier)
        case .reload:
            slots[slot].reloadMessageIdentifier = identifier
            slots[slot].awaitedReload = server.reloadsBegun.load(ordering: .acquiring) &+ 1
            slots[slot].isWaiting = true
            server.isReloadWanted.store(true, ordering: .releasing)
            server.wakeControl()
        }
    }

    /// Moves behind the frame that a connection has waited with, and goes on with the next.
    @_noAllocation
    mutating func resume(_ slot: Int) {
        slots[slot].isWaiting = false
        let received = slots[slot].received
        if let bodyCount = FrameHeader.bodyByteCount(received) {
            finishFrame(slot, bodyCount &+ Limits.frameHeaderByteCount)
        }
        serve(slot)
    }

    // MARK: Answers

    /// A writer behind the connection's last reply.
    @_noAllocation
    func replyWriter(_ slot: Int) -> ReplyWriter {
        unsafe ReplyWriter(unsafe: slots[slot].replyTail, capacity: slots[slot].replyFreeCount)
    }

    /// Seals the frame that `writer` began and hands it to the connection.
    @_noAllocation
    func finish(_ slot: Int, _ writer: inout ReplyWriter, _ start: Int) {
        writer.sealFrame(start)
        guard !writer.isOverfull else { return }
        slots[slot].replyEnd &+= writer.count
        count(.byteCountOut, writer.count)
    }

    @_noAllocation
    mutating func answer(_ slot: Int, _ fault: RequestFault, _ identifier: UInt32?) {
        var writer = replyWriter(slot)
        writer.errorFrame(fault, messageIdentifier: identifier, text: &text)
        guard !writer.isOverfull else { return }
        slots[slot].replyEnd &+= writer.count
        count(.byteCountOut, writer.count)
    }

    /// Refuses one request and nothing else.
    @_noAllocation
    mutating func refuse(_ slot: Int, _ fault: RequestFault, _ identifier: UInt32?) {
        switch fault.code {
        case .overloaded:
            count(.overloaded)
            note(.overloaded, slots[slot].received.count)
        default:
            count(.badRequests)
            note(.badRequest, fault.code.number)
        }
        answer(slot, fault, identifier)
    }

    /// A frame that is none costs its connection: what follows it cannot be trusted to be at a frame's start.
    @_noAllocation
    mutating func closeForBadFrame(_ slot: Int, _ message: StaticString, offset: Int) {
        count(.badFrames)
        note(.badFrame, offset)
        answer(slot, .badFrame(message: message, offset: offset), nil)
        slots[slot].isClosing = true
        slots[slot].receiveStart = slots[slot].receiveEnd
    }
}
