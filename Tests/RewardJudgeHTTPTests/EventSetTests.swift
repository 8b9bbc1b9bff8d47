import CLinux
import Foundation
import RewardJudgeHTTP
import Testing

@Suite struct EventSetTests {
    private let set: EventSet
    private let owner: UInt32 = 7

    init() throws { set = try EventSet() }

    /// A connection that rests is not heard of, whatever its peer does, and wakes the thread once at most.
    @Test func connectionThatRestsIsNotHeardOf() throws {
        let pair = try SocketPair()
        set.note(connection: pair.ours, isOpen: true)
        #expect(set.watch(pair.ours, EPOLLIN.rawValue, owner: owner) == 0)
        set.rest(pair.ours)
        pair.say()
        #expect(heard().isEmpty)
        #expect(set.wait(milliseconds: 0) { _, _, _ in } == 0)
    }

    @Test func connectionIsHeardOfAgainWhenItIsWatchedAgain() throws {
        let pair = try SocketPair()
        set.note(connection: pair.ours, isOpen: true)
        for saysWhileItRests in [false, true, false] {
            #expect(set.watch(pair.ours, EPOLLIN.rawValue, owner: owner) == 0)
            #expect(heard().isEmpty)
            pair.say()
            #expect(heard() == [pair.ours])
            pair.hear()
            set.rest(pair.ours)
            if saysWhileItRests {
                pair.say()
                #expect(heard().isEmpty)
                pair.hear()
            }
        }
    }

    @Test func whatIsWantedOfAConnectionChanges() throws {
        let pair = try SocketPair()
        set.note(connection: pair.ours, isOpen: true)
        #expect(set.watch(pair.ours, EPOLLIN.rawValue, owner: owner) == 0)
        set.rest(pair.ours)
        #expect(set.watch(pair.ours, EPOLLIN.rawValue | EPOLLOUT.rawValue, owner: owner) == 0)
        #expect(heard() == [pair.ours])
        #expect(set.watch(pair.ours, EPOLLIN.rawValue, owner: owner) == 0)
        #expect(heard().isEmpty)
        pair.say()
        #expect(heard() == [pair.ours])
    }

    /// A new descriptor has the number of one that was closed while it rested: as a connection, and as something that libcurl
    /// opens and closes by itself, such as what its name look-ups are told through.
    @Test(arguments: [true, false], [true, false])
    func descriptorOfAUsedNumberIsWatchedAnew(wasConnection: Bool, isConnection: Bool) throws {
        let first = try SocketPair()
        let number = first.ours
        if wasConnection { set.note(connection: number, isOpen: true) }
        #expect(set.watch(number, EPOLLIN.rawValue, owner: owner) == 0)
        set.rest(number)
        if wasConnection { set.note(connection: number, isOpen: false) }
        let second = try SocketPair(inPlaceOf: first)
        if isConnection { set.note(connection: number, isOpen: true) }
        #expect(set.watch(number, EPOLLIN.rawValue, owner: owner) == 0)
        second.say()
        #expect(heard() == [second.ours])
    }

    @Test func descriptorThatWasClosedBehindOurBackIsWatchedAnew() throws {
        let first = try SocketPair()
        let number = first.ours
        #expect(set.watch(number, EPOLLIN.rawValue, owner: owner) == 0)
        let second = try SocketPair(inPlaceOf: first)
        #expect(set.watch(number, EPOLLIN.rawValue | EPOLLOUT.rawValue, owner: owner) == 0)
        second.say()
        #expect(heard() == [second.ours])
    }

    /// The descriptors that have something to say now, the owner checked.
    private func heard() -> [Int32] {
        var heard: [Int32] = []
        set.wait(milliseconds: 0) { owner, descriptor, _ in
            #expect(owner == self.owner)
            heard.append(descriptor)
        }
        return heard
    }
}

/// Two connected sockets, closed with the object.
private final class SocketPair {
    private(set) var ours: Int32
    private let theirs: Int32

    init() throws {
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else { throw POSIXError(.EMFILE) }
        (ours, theirs) = (pair[0], pair[1])
    }

    /// Has the number of the other's `ours`, which is closed in the same step: at no time may another test get it.
    convenience init(inPlaceOf other: SocketPair) throws {
        try self.init()
        guard dup2(ours, other.ours) == other.ours else { throw POSIXError(.EBADF) }
        close(ours)
        ours = other.ours
        other.ours = -1
    }

    deinit {
        close(ours)
        close(theirs)
    }

    func say() { #expect(send(theirs, "x", 1, 0) == 1) }

    func hear() {
        var byte: UInt8 = 0
        #expect(recv(ours, &byte, 1, 0) == 1)
    }
}
