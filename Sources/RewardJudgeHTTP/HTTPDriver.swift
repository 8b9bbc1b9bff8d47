internal import CCurl
internal import CLinux
package import RewardJudge
internal import RewardMemory

/// Carries requests to endpoints and responses back: libcurl's multi interface in one epoll set.
///
/// An object of one thread, which starts transfers, waits, and takes what has ended. Nothing is decided here: no retry,
/// no choice of an endpoint. Other threads may only `waker.wake()`. Every transfer ends: with a response, a failure, at
/// its deadline or by `abort`; and then nothing of it is left but an idle handle and, where HTTP allows, an open
/// connection.
package final class HTTPDriver {
    /// For other threads, so that they can end a `wait`.
    package let waker: HTTPWaker

    private let settings: HTTPDriverSettings
    private let eventSet: EventSet
    /// The sets of transfers, each with its connections: the first is that of TLS, the others of transfers without.
    private var sets: [MultiHandle]

    /// By slot.
    private var transfers: [Transfer?]
    private var freeSlots: [Int]
    /// The slot of an identifier.
    private var slots: [UInt64: Int] = [:]
    private var deadlines: DeadlineQueue
    private var idle: [Transfer] = []
    /// What calls had in common lately, those that are used often in front.
    private var templates: [RequestTemplate] = []
    /// What has ended and was not taken yet.
    private var ended: [HTTPCompletion] = []

    /// Templates kept: more than the endpoints of a busy configuration.
    private static let templateCountMax = 16
    /// The waker's owner in the event set; a socket's is the index of its set of transfers.
    private static let wakerOwner = UInt32.max

    package init(settings: HTTPDriverSettings) throws(HTTPDriverError) {
        try Self.check(settings)
        let code = plaudit_curl_begin()
        guard code == CURLE_OK else { throw .library(String(cString: curl_easy_strerror(code))) }
        guard plaudit_curl_is_capable() == 1 else {
            throw .library("older than 7.88, or without TLS or asynchronous name look-up")
        }
        self.settings = settings
        waker = try HTTPWaker()
        eventSet = try EventSet()
        guard eventSet.watch(waker.descriptor, EPOLLIN.rawValue, owner: Self.wakerOwner) == 0 else {
            throw .noDescriptors
        }
        sets = [
            try MultiHandle(eventSet, index: 0, limits: settings.encryptedConnections),
            try MultiHandle(eventSet, index: 1, limits: settings.plainConnections),
        ]
        transfers = Array(repeating: nil, count: settings.transferCountMax)
        freeSlots = Array((0..<settings.transferCountMax).reversed())
        deadlines = DeadlineQueue(slotCount: settings.transferCountMax)
    }

    deinit {
        for transfer in transfers {
            if let transfer { sets[transfer.setIndex].remove(transfer) }
        }
    }

    /// Transfers under way.
    package var transferCount: Int { slots.count }
    /// libcurl's handles, those under way and the idle ones.
    package var handleCount: Int { slots.count + idle.count }

    /// Starts a transfer, which ends after `timeoutNanoseconds` at the latest; what comes of it, a request that cannot
    /// be sent included, comes from `wait`. The identifier must not be that of a transfer under way.
    package func start(_ identifier: UInt64, _ request: HTTPRequest, timeoutNanoseconds: UInt64) {
        precondition(slots[identifier] == nil, "an identifier stands for one transfer under way")
        do throws(TransportFailure) {
            try start(
                identifier, request, by: try template(of: request), timeoutNanoseconds: timeoutNanoseconds)
        } catch {
            ended.append(HTTPCompletion(identifier: identifier, .failure(error)))
        }
    }

    /// Ends a transfer at once; nothing more is heard of it. Does nothing when it has ended already.
    package func abort(_ identifier: UInt64) {
        if let slot = slots[identifier], let transfer = transfers[slot] {
            release(transfer)
        } else {
            ended.removeAll { $0.identifier == identifier }
        }
    }

    /// Waits until a transfer has ended, the waker was called or the time has come (nil: however long it takes), and
    /// appends what has ended. It may return earlier with nothing. True when the waker was called.
    package func wait(untilNanoseconds: UInt64?, into completions: inout [HTTPCompletion]) -> Bool {
        actOnTime()
        collect()
        let timeout = ended.isEmpty ? milliseconds(until: untilNanoseconds) : 0
        var wasWoken = false
        eventSet.wait(milliseconds: timeout) { owner, socket, events in
            if owner == Self.wakerOwner {
                plaudit_event_drain(waker.descriptor)
                wasWoken = true
            } else {
                // The socket may have been closed since, and another have taken its number: libcurl finds nothing to
                // read then.
                sets[Int(owner)].act(socket: socket, events: events)
            }
        }
        actOnTime()
        collect()
        completions.append(contentsOf: ended)
        ended.removeAll(keepingCapacity: true)
        return wasWoken
    }

    // MARK: Transfers

    private func start(
        _ identifier: UInt64, _ request: HTTPRequest, by template: RequestTemplate, timeoutNanoseconds: UInt64
    ) throws(TransportFailure) {
        guard let slot = freeSlots.last else {
            throw TransportFailure(.other, "\(settings.transferCountMax) transfers are under way already")
        }
        guard let set = set(for: template), let transfer = idle.popLast() ?? Transfer(settings, eventSet) else {
            throw TransportFailure(.other, "no memory for a transfer")
        }
        let responseByteCountMax = request.responseByteCountMax ?? settings.responseByteCountMax
        guard
            transfer.prepare(
                template, body: request.body, responseByteCountMax: responseByteCountMax, identifier: identifier,
                slot: slot, setIndex: set)
        else {
            let failure = transfer.failure(CURLE_BAD_FUNCTION_ARGUMENT)
            recycle(transfer)
            throw failure
        }
        guard sets[set].add(transfer) else {
            recycle(transfer)
            throw TransportFailure(.other, "no memory for a transfer")
        }
        freeSlots.removeLast()
        transfers[slot] = transfer
        slots[identifier] = slot
        let (deadline, isEndless) = MonotonicClock.nanoseconds.addingReportingOverflow(timeoutNanoseconds)
        deadlines.insert(slot: slot, deadlineNanoseconds: isEndless ? .max : deadline)
    }

    /// Takes a transfer out of everything.
    private func release(_ transfer: Transfer) {
        sets[transfer.setIndex].remove(transfer)
        deadlines.remove(slot: transfer.slot)
        transfers[transfer.slot] = nil
        slots[transfer.identifier] = nil
        freeSlots.append(transfer.slot)
        recycle(transfer)
    }

    private func recycle(_ transfer: Transfer) {
        guard idle.count < settings.idleHandleCountMax else { return }
        transfer.clear()
        idle.append(transfer)
    }

    /// Where a transfer goes: without TLS to the set of the endpoint's last one, or to the first that has room, so that few transfers
    /// share few connections. Nil when there is no memory for another set.
    private func set(for template: RequestTemplate) -> Int? {
        if template.isEncrypted { return 0 }
        func hasRoom(_ index: Int) -> Bool { sets[index].transferCount < settings.plainTransferCountMax }
        if template.setIndex > 0, hasRoom(template.setIndex) { return template.setIndex }
        if let index = (1..<sets.count).first(where: hasRoom) {
            template.setIndex = index
            return index
        }
        guard let set = try? MultiHandle(eventSet, index: UInt32(sets.count), limits: settings.plainConnections) else {
            return nil
        }
        sets.append(set)
        template.setIndex = sets.count - 1
        return template.setIndex
    }

    /// The kept template that the request fits, or a new one.
    private func template(of request: HTTPRequest) throws(TransportFailure) -> RequestTemplate {
        if let index = templates.firstIndex(where: { $0.fits(request) }) {
            if index > 0 { templates.swapAt(index, index - 1) }
            return templates[max(0, index - 1)]
        }
        let template = try RequestTemplate(request)
        if templates.count == Self.templateCountMax { templates.removeLast() }
        templates.append(template)
        return template
    }

    /// Moves what has ended by itself, and then what ran out of time, to `ended`.
    private func collect() {
        for set in sets where set.mayHaveEnded { collect(from: set) }
        let now = MonotonicClock.nanoseconds
        while let slot = deadlines.popDue(now: now) {
            guard let transfer = transfers[slot] else { continue }
            ended.append(HTTPCompletion(identifier: transfer.identifier, .failure(transfer.expiry())))
            release(transfer)
        }
    }

    private func actOnTime() {
        for set in sets { set.actOnTime() }
    }

    private func collect(from set: MultiHandle) {
        while let (transfer, code) = set.nextEnded() {
            let outcome: HTTPCompletion.Outcome =
                code == CURLE_OK ? .response(transfer.takeResponse()) : .failure(transfer.failure(code))
            ended.append(HTTPCompletion(identifier: transfer.identifier, outcome))
            release(transfer)
        }
    }

    /// How long epoll may wait, rounded up, so that what is due then is due; -1 for ever.
    private func milliseconds(until wanted: UInt64?) -> Int32 {
        var earliest = min(wanted ?? .max, deadlines.earliestNanoseconds ?? .max)
        for set in sets { earliest = min(earliest, set.dueNanoseconds ?? .max) }
        guard earliest < .max else { return -1 }
        let now = MonotonicClock.nanoseconds
        guard earliest > now else { return 0 }
        return Int32(clamping: (earliest - now - 1) / 1_000_000 + 1)
    }

    private static func check(_ settings: HTTPDriverSettings) throws(HTTPDriverError) {
        let limits = [
            ("transferCountMax", settings.transferCountMax), ("responseByteCountMax", settings.responseByteCountMax),
            ("headerCountMax", settings.headerCountMax), ("headerByteCountMax", settings.headerByteCountMax),
            ("plainTransferCountMax", settings.plainTransferCountMax),
            ("plainConnections.perHostCountMax", settings.plainConnections.perHostCountMax),
            ("plainConnections.countMax", settings.plainConnections.countMax),
            ("encryptedConnections.perHostCountMax", settings.encryptedConnections.perHostCountMax),
            ("encryptedConnections.countMax", settings.encryptedConnections.countMax),
        ]
        for (name, value) in limits where value < 1 || value > Int(Int32.max) {
            throw .badLimit(name: name)
        }
        // Without this, each connection would fail with words about a certificate.
        if let path = settings.certificateFile, access(path, R_OK) != 0 { throw .unreadableCertificates(path: path) }
    }
}
