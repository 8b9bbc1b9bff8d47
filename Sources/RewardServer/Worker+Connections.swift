internal import CLinux
internal import RewardKernel
internal import RewardMemory
internal import RewardWire
internal import Synchronization

// Accepting, reading, writing and closing.

extension Worker {
    // MARK: Accepting (may allocate: connection set-up)

    // Allocates: for a new connection only: address space, a refusal.
    mutating func acceptConnections() {
        // A worker that drains may end before a connection reaches it.
        while listener >= 0 && !server.isDraining.load(ordering: .acquiring) {
            let descriptor = plaudit_accept(listener)
            if descriptor == -EMFILE || descriptor == -ENFILE || descriptor == -ENOMEM || descriptor == -ENOBUFS {
                // No descriptor is left: stop looking for a while instead of spinning on the same event.
                pauseListener()
                return
            }
            guard descriptor >= 0 else {
                if descriptor == -EINTR || descriptor == -ECONNABORTED { continue }
                return
            }
            guard isAllowed(descriptor) else {
                refuseConnection(descriptor, .forbidden)
                continue
            }
            handOver(descriptor)
        }
    }

    /// Whether the peer's user may connect: the sidecar's own user, root, or one that the settings name.
    // Allocates: once per connection.
    private func isAllowed(_ descriptor: Int32) -> Bool {
        var user: UInt32 = 0
        var group: UInt32 = 0
        var process: Int32 = 0
        guard unsafe plaudit_peer_credentials(descriptor, &user, &group, &process) == 0 else { return false }
        if user == geteuid() || user == 0 || settings.allowedUsers.contains(user) { return true }
        for allowed in settings.allowedGroups where group == allowed || plaudit_user_in_group(user, allowed) == 1 {
            return true
        }
        count(.forbidden)
        note(.forbidden, Int(user))
        return false
    }

    /// Gives the connection to the worker with the fewest.
    // Allocates: once per connection.
    private mutating func handOver(_ descriptor: Int32) {
        let open = server.connectionCount.load(ordering: .relaxed)
        guard open < limits.connectionCount else {
            refuseConnection(
                descriptor, .overloaded("the sidecar has as many connections as it takes; close one first"))
            count(.overloaded)
            note(.tooManyConnections, open)
            return
        }
        var chosen = 0
        var fewest = Int.max
        for candidate in 0..<(server.workerCount) {
            let connections = server.workers[candidate].connectionCount.load(ordering: .relaxed)
            if connections < fewest {
                fewest = connections
                chosen = candidate
            }
        }
        server.connectionCount.add(1, ordering: .relaxed)
        server.workers[chosen].connectionCount.add(1, ordering: .relaxed)
        if chosen == index {
            adopt(descriptor)
        } else if server.workers[chosen].offer(descriptor) {
            server.workers[chosen].wake()
        } else {
            adopt(descriptor)
            server.workers[chosen].connectionCount.subtract(1, ordering: .relaxed)
            board.connectionCount.add(1, ordering: .relaxed)
        }
    }

    /// Takes the connections that the acceptor has handed to this worker.
    // Allocates: for a new connection only: address space, a refusal.
    mutating func acceptHandedOver() {
        while true {
            let descriptor = board.takeDescriptor()
            guard descriptor >= 0 else { return }
            adopt(descriptor)
        }
    }

    // Allocates: once per connection.
    private mutating func adopt(_ descriptor: Int32) {
        for slot in 0..<Limits.connectionCountMax where slots[slot].descriptor < 0 {
            guard slots[slot].open(descriptor) else {
                note(.noAddressSpace, 0)
                break
            }
            let token = UInt64(slots[slot].generation) &<< 32 | UInt64(slot)
            slots[slot].watchedEvents = EPOLLIN.rawValue
            _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, token)
            count(.connections)
            return
        }
        refuseConnection(descriptor, .overloaded("the sidecar has no room for another connection"))
        forgetConnection()
    }

    /// Says why, as far as the peer's buffer takes it, and closes.
    // Allocates: the refusal of one connection.
    private mutating func refuseConnection(_ descriptor: Int32, _ fault: RequestFault) {
        var frame = RigidBytes(capacity: 512)
        var writer = unsafe ReplyWriter(unsafe: frame.base, capacity: frame.capacity)
        writer.errorFrame(fault, messageIdentifier: nil, text: &text)
        if !writer.isOverfull {
            frame.setCount(writer.count)
            _ = unsafe plaudit_send(descriptor, frame.base, frame.count)
        }
        plaudit_close(descriptor)
    }

    @_noAllocation
    private func forgetConnection() {
        server.connectionCount.subtract(1, ordering: .relaxed)
        board.connectionCount.subtract(1, ordering: .relaxed)
    }

    // Allocates: never; reached by way of new connections only.
    private mutating func pauseListener() {
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_MOD, listener, 0, Self.listenerToken)
        isListenerPaused = true
        nextSweepNanoseconds = MonotonicClock.nanoseconds &+ 100_000_000
    }

    /// Takes over the listening socket; before the worker runs.
    // Allocates: never; once, at start.
    mutating func startListening(_ descriptor: Int32) {
        listener = descriptor
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_ADD, listener, EPOLLIN.rawValue, Self.listenerToken)
    }

    // Allocates: never; once, at the end.
    mutating func stopListening() {
        guard listener >= 0 else { return }
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_DEL, listener, 0, Self.listenerToken)
        plaudit_close(listener)
        listener = -1
    }

    // MARK: Reading and writing

    @_noAllocation
    mutating func handleReadiness(_ slot: Int, _ ready: UInt32) {
        if ready & EPOLLOUT.rawValue != 0 {
            guard slots[slot].flush() else { return close(slot) }
        }
        let hangup = EPOLLHUP.rawValue | EPOLLERR.rawValue
        if ready & hangup != 0 && ready & EPOLLIN.rawValue == 0 {
            return close(slot)
        }
        if ready & EPOLLIN.rawValue != 0 && !slots[slot].isPeerDone {
            let received = receive(slot)
            if received > 0 {
                count(.byteCountIn, received)
            } else if received == 0 {
                slots[slot].isPeerDone = true
            } else if received != -Int(EAGAIN) && received != -Int(EINTR) {
                return close(slot)
            }
        }
        serve(slot)
    }

    /// Takes what has come, and of a large frame what comes while its peer is writing. The count, 0 at the end of the stream,
    /// or a negative errno.
    @_noAllocation
    private mutating func receive(_ slot: Int) -> Int {
        let first = slots[slot].receive(byteCountMax: max(64 << 10, missingByteCount(slot)))
        guard first > 0 else { return first }
        let start = MonotonicClock.nanoseconds
        var now = start
        var total = first
        var latest = start
        while isMoreExpected(slot) && now &- start < Limits.chunkNanosecondsMax
            && now &- latest < Limits.receivePatienceNanoseconds
        {
            let more = slots[slot].receive(byteCountMax: missingByteCount(slot))
            // The end of the stream, or of the connection, is told again.
            guard more > 0 || more == -Int(EAGAIN) else { break }
            if more < 0 { plaudit_yield() }
            now = MonotonicClock.nanoseconds
            if more > 0 {
                total &+= more
                latest = now
            }
        }
        slots[slot].receivedNanoseconds = latest
        slots[slot].progressNanoseconds = latest
        return total
    }

    /// Bytes that the frame at hand still lacks; 0 when there is none.
    @_noAllocation
    private func missingByteCount(_ slot: Int) -> Int {
        let received = slots[slot].received
        guard slots[slot].discardCount == 0, received.count >= Limits.frameHeaderByteCount,
            let body = FrameHeader.bodyByteCount(received)
        else { return 0 }
        return max(0, body &+ Limits.frameHeaderByteCount &- received.count)
    }

    /// Whether the frame at hand lacks enough to wait for, and may be received: one that is to be charged is so first.
    @_noAllocation
    private func isMoreExpected(_ slot: Int) -> Bool {
        let missing = missingByteCount(slot)
        guard missing > 0 else { return false }
        let byteCount = slots[slot].received.count &+ missing
        guard byteCount > 64 << 10 else { return false }
        return byteCount <= Limits.bufferByteCountKept || slots[slot].frameChargedByteCount > 0
    }

    /// Handles every whole frame at hand, sends what can be sent, and settles what to watch for.
    @_noAllocation
    mutating func serve(_ slot: Int) {
        var isHeldBack = false
        repeat {
            isHeldBack = handleFrames(slot)
            guard slots[slot].descriptor >= 0 else { return }
            guard slots[slot].flush() else { return close(slot) }
        } while isHeldBack && slots[slot].unsent.count <= pressureLimits.replyBacklogByteCount
        settle(slot)
    }

    @_noAllocation
    private mutating func settle(_ slot: Int) {
        let isFlushed = slots[slot].replyStart == slots[slot].replyEnd
        if isFlushed && !slots[slot].isWaiting {
            let isDone = slots[slot].isPeerDone && slots[slot].parkedCount == 0
            if slots[slot].isClosing || isDone { return close(slot) }
            if slots[slot].replyChargedByteCount > 0 { reclaimReplies(slot) }
        }
        let isOwed = !isFlushed || slots[slot].frameChargedByteCount > 0
        if isOwed && nextSweepNanoseconds == 0 { nextSweepNanoseconds = MonotonicClock.nanoseconds &+ sweepNanoseconds }
        let backlog = slots[slot].unsent.count
        let mayRead =
            !slots[slot].isWaiting && !slots[slot].isPeerDone && !slots[slot].isClosing
            && backlog <= pressureLimits.replyBacklogByteCount
        watch(slot, (mayRead ? EPOLLIN.rawValue : 0) | (isFlushed ? 0 : EPOLLOUT.rawValue))
    }

    @_noAllocation
    func watch(_ slot: Int, _ wanted: UInt32) {
        guard slots[slot].watchedEvents != wanted else { return }
        slots[slot].watchedEvents = wanted
        let token = UInt64(slots[slot].generation) &<< 32 | UInt64(truncatingIfNeeded: slot)
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_MOD, slots[slot].descriptor, wanted, token)
    }

    /// Returns what a closed connection was charged, and its memory.
    @_noAllocation
    private func refund(_ slot: Int) {
        let byteCount = slots[slot].frameChargedByteCount &+ slots[slot].replyChargedByteCount
        guard byteCount > 0 || slots[slot].keptByteCount > 0 else { return }
        server.release(byteCount)
        slots[slot].frameChargedByteCount = 0
        slots[slot].replyChargedByteCount = 0
        slots[slot].receiveEnd = 0
        slots[slot].replyEnd = 0
        releaseKept(slot)
        slots[slot].releaseReplyPages()
    }

    var sweepNanoseconds: UInt64 {
        @_noAllocation get { pressureLimits.sweepMilliseconds &* 1_000_000 }
    }

    @_noAllocation
    mutating func close(_ slot: Int) {
        guard slots[slot].descriptor >= 0 else { return }
        if batch.isRunning && batch.slot == slot {
            // Workers may still write into its reply: the slot is freed when the batch has ended.
            board.job.isAbandoned.store(true, ordering: .releasing)
            slots[slot].isClosing = true
            batch.isPeerGone = true
            watch(slot, 0)
            return
        }
        removeFromQueue(slot)
        if slots[slot].parkedCount > 0 { forgetParked(of: slot) }
        _ = plaudit_epoll_control(epoll, EPOLL_CTL_DEL, slots[slot].descriptor, 0, 0)
        plaudit_close(slots[slot].descriptor)
        slots[slot].descriptor = -1
        refund(slot)
        forgetConnection()
    }

    /// Drops peers that owe progress: they take nothing of a waiting reply, or stopped inside a large frame. Takes memory from
    /// those that have sent nothing lately.
    @_noAllocation
    mutating func sweep() {
        let now = MonotonicClock.nanoseconds
        guard now >= nextSweepNanoseconds else { return }
        nextSweepNanoseconds = 0
        if isListenerPaused && listener >= 0 {
            isListenerPaused = false
            _ = plaudit_epoll_control(epoll, EPOLL_CTL_MOD, listener, EPOLLIN.rawValue, Self.listenerToken)
        }
        for slot in 0..<Limits.connectionCountMax where slots[slot].descriptor >= 0 {
            if slots[slot].keptByteCount > 0 {
                let isIdle = !slots[slot].isWaiting && now &- slots[slot].receivedNanoseconds > sweepNanoseconds
                if isIdle { releaseKept(slot) } else { nextSweepNanoseconds = now &+ sweepNanoseconds }
            }
            let unsentCount = slots[slot].unsent.count
            let isStalled = slots[slot].frameChargedByteCount > 0 && !slots[slot].isWaiting
            guard unsentCount > 0 || isStalled else { continue }
            if now &- (slots[slot].progressNanoseconds) > pressureLimits.slowReaderMilliseconds &* 1_000_000 {
                count(.droppedReaders)
                note(
                    unsentCount > 0 ? .droppedReader : .stalledFrame,
                    unsentCount > 0 ? unsentCount : slots[slot].received.count)
                close(slot)
            } else {
                nextSweepNanoseconds = now &+ sweepNanoseconds
            }
        }
    }

    /// While the sidecar drains: closes whoever is owed nothing.
    @_noAllocation
    mutating func closeIdleConnections() {
        for slot in 0..<Limits.connectionCountMax where slots[slot].descriptor >= 0 {
            let isOwed = slots[slot].isWaiting || !slots[slot].unsent.isEmpty || slots[slot].parkedCount > 0
            if !isOwed && slots[slot].received.isEmpty { close(slot) }
        }
    }
}
