import RewardClient
import RewardMemory
import RewardWire
import Testing

@Suite struct MessageTapeTests {
    @Test func everyStrictPrefixIsIncomplete() {
        let parser = Parser()
        for body in Corpus.bodies {
            for count in 0..<body.count {
                #expect(parser.parse(body[..<count]).outcome.fault == .incomplete)
            }
            #expect(parser.parse(body).outcome.fault == nil)
        }
    }

    /// Whatever a mutated body parses to, it can be read to the end: as values, as an envelope and as a score request.
    @Test func everySingleByteMutationIsReadOrRefused() {
        let parser = Parser()
        var parsedCount = 0
        var requestCount = 0
        for body in Corpus.bodies {
            for index in body.indices {
                var mutant = body
                for byte in UInt8.min...UInt8.max where byte != body[index] {
                    mutant[index] = byte
                    let (outcome, message) = parser.parse(mutant)
                    guard case .parsed = outcome else { continue }
                    parsedCount += 1
                    readEveryToken(message)
                    if readAsRequest(message, parser) { requestCount += 1 }
                }
            }
        }
        // The loop saw both kinds, or it proved nothing.
        #expect(parsedCount > 10_000)
        #expect(requestCount > 1_000)
    }

    @Test(arguments: [
        [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDF, 0xFF, 0xFF, 0xFF, 0xFF], [0xDC, 0xFF, 0xFF], [0xDE, 0xFF, 0xFF],
        [0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 1],
    ] as [[UInt8]])
    func headerThatClaimsMoreThanTheBodyHoldsIsIncomplete(_ header: [UInt8]) {
        // With a tape of one token: the header alone decides, whatever it claims.
        let (outcome, message) = Parser(tokenCountMax: 1).parse(header + [UInt8](repeating: 0xC0, count: 100))
        #expect(outcome.fault == .incomplete)
        #expect(message.tokens.count <= 1)
    }

    @Test func valuesNestAsDeepAsTheLimitAndNoDeeper() {
        let parser = Parser()
        let depth = Limits.nestingDepthMax
        #expect(parser.parse([UInt8](repeating: 0x91, count: depth) + [0xC0]).outcome.fault == nil)
        #expect(parser.parse([UInt8](repeating: 0x91, count: depth + 1) + [0xC0]).outcome.fault == .tooDeep)
        let maps = [UInt8](repeating: 0, count: depth + 1).flatMap { _ in [0x81, 0xC0] as [UInt8] }
        #expect(parser.parse(maps + [0xC0]).outcome.fault == .tooDeep)
    }

    @Test func nestingBombEndsAtTheLimit() {
        let parser = Parser()
        for byte: UInt8 in [0x91, 0x81, 0x9F, 0x8F] {
            let outcome = parser.parse([UInt8](repeating: byte, count: 1 << 20)).outcome
            #expect(outcome.fault == .tooDeep)
            // Parsing stops at the limit and does not read the megabyte behind it.
            #expect((outcome.offset ?? .max) <= 2 * Limits.nestingDepthMax)
        }
    }

    @Test func moreValuesThanTheTapeHoldsAreRefused() {
        let body: [UInt8] = [0x93, 1, 2, 3]
        #expect(Parser(tokenCountMax: 4).parse(body).outcome.fault == nil)
        #expect(Parser(tokenCountMax: 3).parse(body).outcome.fault == .tooManyTokens)
    }

    @Test func bytesBehindTheValueAreRefusedWhereTheyBegin() {
        let outcome = Parser().parse([0x92, 1, 2, 3]).outcome
        #expect(outcome.fault == .trailingBytes)
        #expect(outcome.offset == 3)
    }

    @Test func reservedByteIsMalformed() {
        #expect(Parser().parse([0x91, 0xC1]).outcome.fault == .malformed)
    }

    @Test func nothingIsIncomplete() {
        #expect(Parser().parse([]).outcome.fault == .incomplete)
    }

    /// msgpack-c hands over no place for empty texts; before anything else in a body that place was a NULL pointer.
    @Test(arguments: [[0xA0], [0xD9, 0], [0xDA, 0, 0], [0xDB, 0, 0, 0, 0], [0xC4, 0], [0xC5, 0, 0], [0x91, 0xA0]] as [[UInt8]])
    func emptyTextLiesInsideTheBody(_ body: [UInt8]) {
        let message = Parser().parse(body).message
        #expect(message.text(message.tokens.count - 1)?.isEmpty == true)
    }

    @Test func jumpingOverAValueLandsBehindItsChildren() {
        let value: MessageValue = [["a": [1, [2, 3]], "b": [:]], [], "end"]
        let message = Parser().parse(value.encoded).message
        let map = 1
        let empty = message.next(after: map)
        let end = message.next(after: empty)
        #expect(message.kind(empty) == .array && message.count(empty) == 0)
        #expect(message.text(end)?.bytes == Array("end".utf8))
        #expect(message.next(after: end) == message.tokens.count)
    }

    // MARK: Reading what parsed

    private func readEveryToken(_ message: MessageView) {
        for token in 0..<message.tokens.count {
            _ = (message.integer(token), message.double(token), message.boolean(token), message.count(token))
            let next = message.next(after: token)
            #expect(next > token && next <= message.tokens.count)
            if let text = message.text(token), let last = text.bytes.last {
                #expect(text[text.count - 1] == last)
            }
        }
        #expect(message.next(after: 0) == message.tokens.count)
    }

    /// False when it is refused with a fault that says something.
    private func readAsRequest(_ message: MessageView, _ parser: Parser) -> Bool {
        do throws(RequestFault) {
            let envelope = try Envelope(message)
            _ = Method(envelope.methodName)
            let request = try parser.scoreRequest(message, at: envelope.parameters)
            for row in 0..<request.rolloutCount {
                _ = (request.completion(row), request.prompt(row), request.tokenCount(row), request.isTruncated(row))
                _ = (request.referenceAnswerToken(row), request.groupToken(row))
            }
            return request.fieldArray(named: ByteView("f")) >= -1
        } catch {
            var text = RigidBytes(capacity: 4096)
            error.describe(into: &text)
            #expect(!text.view.isEmpty)
            return false
        }
    }
}
