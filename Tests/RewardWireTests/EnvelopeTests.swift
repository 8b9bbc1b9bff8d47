import RewardClient
import RewardMemory
import RewardWire
import Testing

@Suite struct EnvelopeTests {
    private let parser = Parser()

    @Test func requestHasIdentifierMethodAndParameters() throws {
        let message = parser.parse(([0, 4_294_967_295, "score", ["reward": "r"]] as MessageValue).encoded).message
        let envelope = try Envelope(message)
        #expect(envelope.messageIdentifier == UInt32.max)
        #expect(envelope.methodName.bytes == Array("score".utf8))
        #expect(message.kind(envelope.parameters) == .map)
    }

    @Test func notificationHasNoIdentifier() throws {
        let message = parser.parse(([2, "ping", [:]] as MessageValue).encoded).message
        let envelope = try Envelope(message)
        #expect(envelope.messageIdentifier == nil)
        #expect(envelope.methodName.bytes == Array("ping".utf8))
    }

    @Test(
        arguments: [
            [:], "score", 1, [], [0], [0, 1, "ping"], [0, 1, "ping", [:], 1], [1, 1, "ping", [:]], [3, 1, "ping", [:]],
            ["0", 1, "ping", [:]], [-1, 1, "ping", [:]], [2, "ping"], [2, 1, "ping", [:]],
        ] as [MessageValue])
    func otherShapesAreNoRequest(_ body: MessageValue) {
        #expect(fault(body) == "the body is not [0, msgid, method, params]")
    }

    @Test(arguments: [-1, 4_294_967_296, 1.5, "1", [1], true] as [MessageValue])
    func identifierIsAnUnsigned32BitInteger(_ identifier: MessageValue) {
        #expect(fault([0, identifier, "ping", [:]]) == "msgid must be an unsigned 32-bit integer")
    }

    @Test(arguments: [1, .binary([0x70]), ["ping"], .null] as [MessageValue])
    func methodIsAString(_ method: MessageValue) {
        #expect(fault([0, 1, method, [:]]) == "the method must be a string")
    }

    @Test func everyMethodHasItsName() {
        let names = ["hello", "score", "compare", "stats", "ping", "cancel", "reload"]
        let methods: [Method] = [.hello, .score, .compare, .stats, .ping, .cancel, .reload]
        for (name, method) in zip(names, methods) {
            let view = parser.parse(MessageValue.string(name).encoded).message.text(0)
            #expect(view.flatMap { Method($0) } == method)
        }
        for name in ["", "Score", "scores", "scor", "score\0"] {
            let view = parser.parse(MessageValue.string(name).encoded).message.text(0)
            #expect(view != nil && view.flatMap { Method($0) } == nil)
        }
    }

    /// The sentence of the bad frame that the body is.
    private func fault(_ body: MessageValue) -> String? {
        do throws(RequestFault) {
            _ = try Envelope(parser.parse(body.encoded).message)
            return nil
        } catch {
            guard error.code == .badFrame else { return "another code" }
            return error.sentence
        }
    }
}

extension RequestFault {
    /// What a client reads.
    var sentence: String {
        var text = RigidBytes(capacity: 4096)
        describe(into: &text)
        return String(decoding: text.view.bytes, as: UTF8.self)
    }
}
