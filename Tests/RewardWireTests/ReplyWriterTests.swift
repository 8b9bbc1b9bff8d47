import RewardClient
import RewardMemory
import RewardWire
import Testing

@Suite struct ReplyWriterTests {
    @Test func everyKindOfValueIsReadBack() throws {
        let written = try write(capacity: 512) { writer in
            writer.array(11)
            writer.null()
            writer.boolean(true)
            writer.unsigned(UInt64.max)
            writer.integer(Int.min)
            writer.double(-0.5)
            writer.string("text")
            writer.binary(ByteView("\u{0}\u{1}"))
            writer.array(0)
            writer.map(1)
            writer.string("key")
            writer.integer(-1)
            writer.raw(ByteView("\u{7}"))
            writer.boolean(false)
        }
        let expected: MessageValue = [
            .null, true, .unsigned(UInt64.max), .integer(Int64.min), -0.5, "text", .binary([0, 1]), [], ["key": -1], 7,
            false,
        ]
        #expect(MessageValue.decode(written) == expected)
    }

    @Test(arguments: [0, 1, 127, 65_535, UInt32.max]) func wideNumberTakesFiveBytesWhateverItsSize(
        _ number: UInt32
    ) throws {
        let written = try write(capacity: 8) { $0.wide(number) }
        #expect(written == [0xCE] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) })
        #expect(MessageValue.decode(written) == .integer(Int64(number)))
    }

    @Test func binarySpaceIsZeroedAndFoundAgain() throws {
        var offset = 0
        let written = try write(capacity: 64, filledWith: 0xFF) { writer in
            writer.array(2)
            offset = writer.binarySpace(9)
            writer.integer(1)
        }
        #expect(written[offset..<offset + 9].allSatisfy { $0 == 0 })
        #expect(MessageValue.decode(written) == [.binary([UInt8](repeating: 0, count: 9)), 1])
    }

    /// A reply that is cut off at any byte says so, writes nothing behind its capacity, and takes nothing more.
    @Test func writesThatDoNotFitAreRefusedForGood() throws {
        let whole = try write(capacity: 512, writeSample)
        for capacity in 0..<whole.count {
            let base = UnsafeMutablePointer<UInt8>.allocate(capacity: whole.count + 1)
            defer { base.deallocate() }
            base.initialize(repeating: 0xAA, count: whole.count + 1)
            var writer = ReplyWriter(unsafe: base, capacity: capacity)
            writeSample(&writer)
            var (isOverfull, count) = (writer.isOverfull, writer.count)
            #expect(isOverfull && count <= capacity)
            #expect((capacity...whole.count).allSatisfy { base[$0] == 0xAA })
            writer.null()
            isOverfull = writer.isOverfull && writer.count == count
            #expect(isOverfull)
            writer.removeAll()
            (isOverfull, count) = (writer.isOverfull, writer.count)
            #expect(!isOverfull && count == 0)
        }
    }

    @Test func frameHeaderHoldsTheBodysLength() throws {
        let storage = OwnedStorage()
        for count in [0, 1, 255, 256, 65_536] {
            let body = storage.makeText([UInt8](repeating: 0, count: count))
            let frame = try write(capacity: count + 32) { writer in
                let start = writer.beginFrame()
                writer.binary(body)
                writer.sealFrame(start)
            }
            #expect(frame[0] == 0xCE)
            #expect(bodyByteCount(frame) == frame.count - Limits.frameHeaderByteCount)
        }
        #expect(bodyByteCount([0xCE, 0xFF, 0xFF, 0xFF, 0xFF]) == 0xFFFF_FFFF)
        #expect(bodyByteCount([0xCD, 0, 0, 0, 1]) == nil)
        #expect(SidecarConnection.frame([1, 2, 3]) == [0xCE, 0, 0, 0, 3, 1, 2, 3])
    }

    @Test func replyCarriesItsIdentifier() throws {
        let frame = try write(capacity: 64) { writer in
            let start = writer.beginReply(UInt32.max)
            writer.map(0)
            writer.sealFrame(start)
        }
        #expect(MessageValue.decode(Array(frame.dropFirst(5))) == [1, 4_294_967_295, .null, [:]])
    }

    @Test(
        arguments: [
            (.badFrame(message: "m", offset: 3), 1, ["offset": 3]),
            (.unknownMethod(ByteView("skore")), 2, ["method": "skore"]),
            (.missingKey("reward"), 3, ["key": "reward"]),
            (.wrongElement(key: ByteView("ids"), row: 5, wanted: "w"), 3, ["column": "ids", "row": 5]),
            (.neededField(ByteView("lang"), reward: ByteView("r")), 3, ["field": "lang"]),
            (.unknownReward(ByteView("x")), 4, ["reward": "x"]),
            (.tooManyRollouts(9, limit: 8), 5, ["count": 9]),
            (.overloaded("full"), 6, [:]), (.shuttingDown, 7, [:]), (.reloadFailed(ByteView("why")), 8, [:]),
        ] as [(RequestFault, Int64, MessageValue)])
    func errorFrameNamesTheOffender(_ fault: RequestFault, _ code: Int64, _ details: MessageValue) throws {
        let error = try #require(try errorArray(fault, identifier: 9))
        #expect(error[0].integer == code)
        #expect(error[1].string == ErrorCode(rawValue: Int(code)).map { "\($0.name)" })
        #expect(error[2].string == fault.sentence)
        #expect(error[3] == details)
    }

    @Test func errorWithoutIdentifierHasNil() throws {
        let frame = try errorFrame(.shuttingDown, identifier: nil)
        #expect(MessageValue.decode(Array(frame.dropFirst(5)))?.array?[1] == .null)
    }

    /// Clients that decode strictly must be able to read why they were refused, whatever name they sent.
    @Test(
        arguments: [
            [UInt8](repeating: UInt8(ascii: "x"), count: 127) + Array("\u{E9}tat".utf8),
            [UInt8](repeating: UInt8(ascii: "x"), count: 126) + Array("\u{1F37A}".utf8),
            [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000), [0xFF, 0xFE], [0x61, 0xC3],
            Array("\u{E9}tat".utf8),
            [UInt8](repeating: 0x80, count: 300),
        ] as [[UInt8]])
    func namesOfAnErrorAreValidText(_ name: [UInt8]) throws {
        let faults: [(ByteView) -> RequestFault] = [
            { .unknownKey($0) }, { .unknownMethod($0) }, { .unknownReward($0) },
            { .wrongElement(key: $0, row: 1, wanted: "w") }, { .neededField($0, reward: $0) }, { .reloadFailed($0) },
        ]
        let storage = OwnedStorage()
        for make in faults {
            let error = try #require(try errorArray(make(storage.makeText(name)), identifier: 1))
            // `MessageValue` keeps a string that is no valid text as binary.
            #expect(error[2].string != nil)
            #expect(error[3].map?.first?.value.binary == nil)
        }
        withExtendedLifetime(storage) {}
    }

    // MARK: Helpers

    private func writeSample(_ writer: inout ReplyWriter) {
        let start = writer.beginReply(7)
        writer.map(2)
        writer.string("rewards")
        _ = writer.binarySpace(16)
        writer.string("text")
        writer.double(0.25)
        writer.sealFrame(start)
    }

    private func write(
        capacity: Int, filledWith byte: UInt8 = 0, _ body: (inout ReplyWriter) -> Void
    ) throws -> [UInt8] {
        let base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        defer { base.deallocate() }
        base.initialize(repeating: byte, count: capacity)
        var writer = ReplyWriter(unsafe: base, capacity: capacity)
        body(&writer)
        let isOverfull = writer.isOverfull
        try #require(!isOverfull)
        return Array(UnsafeBufferPointer(start: base, count: writer.count))
    }

    private func errorFrame(_ fault: RequestFault, identifier: UInt32?) throws -> [UInt8] {
        var text = RigidBytes(capacity: 4096)
        return try write(capacity: 8192) { $0.errorFrame(fault, messageIdentifier: identifier, text: &text) }
    }

    private func errorArray(_ fault: RequestFault, identifier: UInt32) throws -> [MessageValue]? {
        MessageValue.decode(Array(try errorFrame(fault, identifier: identifier).dropFirst(5)))?.array?[2].array
    }

    private func bodyByteCount(_ header: [UInt8]) -> Int? {
        header.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { FrameHeader.bodyByteCount(ByteView(unsafe: $0, count: buffer.count)) }
        }
    }
}
