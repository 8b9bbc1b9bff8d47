import Foundation
import RewardJudge
import RewardKernel
import Testing

/// What a broken or malicious endpoint may send. No body may crash, hang or grow the process, and none that was cut or
/// changed may bring a reply that breaks the promises of one. Random changes are of a printed seed; `SEED=` sets it.
@Suite struct HostileReplyTests {
    private typealias Fixture = ProviderFixture

    private static let bodies: [(JudgeAPI, String)] = [
        (
            .openai,
            #"{"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"content":"{\"pass\":true}","#
                + #""tool_calls":[{"function":{"name":"verdict","arguments":"{\"pass\":true}"}}],"refusal":null},"#
                + #""logprobs":{"content":[{"token":"t","logprob":-0.5,"top_logprobs":[{"token":"f","logprob":-1}]}"#
                + #"]}}],"#
                + #""usage":{"prompt_tokens":1,"completion_tokens":2}}"#
        ),
        (
            .anthropic,
            #"{"type":"message","content":[{"type":"tool_use","name":"verdict","input":{"pass":true}}],"#
                + #""stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":2}}"#
        ),
        (
            .bedrock,
            #"{"output":{"message":{"content":[{"toolUse":{"name":"verdict","input":{"pass":true}}}]}},"#
                + #""stopReason":"tool_use","usage":{"inputTokens":5,"outputTokens":2}}"#
        ),
        (
            .decisions,
            #"{"answers":[{"type":"predicate","name":"polite","probability":0.25}],"usage":{"input_tokens":9}}"#
        ),
        (.systemone, #"{"answers":{"polite":{"type":"noul","noul":0.25}},"usage":{"input_tokens":9}}"#),
    ]

    private func check(_ bytes: [UInt8], _ api: JudgeAPI, statusCode: Int = 200) throws -> Bool {
        let outcome = ProviderAdapter.read(
            HTTPResponse(statusCode: statusCode, headers: [:], body: bytes), call: Fixture.call(),
            endpoint: try Fixture.endpoint(api), wallClockSeconds: Fixture.now)
        switch outcome.result {
        case .failure(let failure):
            #expect(!failure.message.isEmpty && failure.message.utf8.count <= 300)
            return false
        case .success(let reply):
            #expect(!reply.samples.isEmpty)
            #expect((0...3_000_000_000).contains(reply.usage.inputCount) && reply.usage.outputCount >= 0)
            for sample in reply.samples {
                if case .probabilities(let values) = sample.content {
                    #expect(values.count == 1)
                    #expect(values.allSatisfy { $0.map { (0...1).contains($0) } ?? true })
                }
                #expect(sample.tokens.allSatisfy { $0.logProbability <= 0 })
            }
            return true
        }
    }

    @Test func noPrefixOfAReplyIsAReply() throws {
        for (api, body) in Self.bodies {
            let bytes = Array(body.utf8)
            #expect(try check(bytes, api))
            for count in 0..<bytes.count {
                #expect(try !check(Array(bytes[..<count]), api))
                _ = try check(Array(bytes[..<count]), api, statusCode: 500)
            }
        }
    }

    @Test func changedBytesDoNoHarm() throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? UInt64.random(in: .min ... .max)
        print("SEED=\(seed)")
        var state = seed
        func next(_ bound: Int) -> Int {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
        let pieces = ["null", "[]", "{}", "-1", "1e308", "99999999999999999999", "\"\\ud800\"", "true", "\u{0}", ","]
        for (api, body) in Self.bodies {
            let bytes = Array(body.utf8)
            for _ in 0..<2_000 {
                var changed = bytes
                for _ in 0...next(3) {
                    let index = next(changed.count)
                    switch next(3) {
                    case 0: changed[index] = UInt8(next(256))
                    case 1: changed.insert(contentsOf: pieces[next(pieces.count)].utf8, at: index)
                    default: changed.removeSubrange(index..<min(changed.count, index + 1 + next(8)))
                    }
                    if changed.isEmpty { changed = bytes }
                }
                _ = try check(changed, api, statusCode: next(2) == 0 ? 200 : 400)
            }
        }
    }

    @Test func deepAndLongBodiesAreRefused() throws {
        for api in JudgeAPI.allCases {
            for status in [200, 429] {
                let open = [UInt8](repeating: UInt8(ascii: "["), count: 500_000)
                #expect(try !check(open, api, statusCode: status))
                let deep = open.prefix(1_000) + [UInt8](repeating: UInt8(ascii: "]"), count: 1_000)
                #expect(try !check(Array(deep), api, statusCode: status))
                let nested = Array(String(repeating: #"{"error":"#, count: 200_000).utf8)
                #expect(try !check(nested, api, statusCode: status))
                let long = [UInt8](repeating: UInt8(ascii: " "), count: ProviderLimits.bodyByteCountMax + 1)
                #expect(try !check(long, api, statusCode: status))
                #expect(try !check([UInt8](repeating: 0xFF, count: 1_000), api, statusCode: status))
            }
        }
    }

    @Test func replyAtTheLimitOfItsLengthIsReadAndOneBeyondIsNot() throws {
        let body = Array(Self.bodies[0].1.utf8)
        let filled = body + [UInt8](repeating: UInt8(ascii: " "), count: ProviderLimits.bodyByteCountMax - body.count)
        #expect(try check(filled, .openai))
        #expect(try !check(filled + [UInt8(ascii: " ")], .openai))
    }

    @Test func tooManyPartsAreRefused() throws {
        func many(_ item: String, _ count: Int) -> String {
            Array(repeating: item, count: count).joined(separator: ",")
        }
        let choice = #"{"message":{"content":"x"},"finish_reason":"stop"}"#
        #expect(try check(Array(#"{"choices":[\#(many(choice, 256))]}"#.utf8), .openai))
        #expect(try !check(Array(#"{"choices":[\#(many(choice, 257))]}"#.utf8), .openai))
        let block = #"{"type":"text","text":"x"}"#
        #expect(try !check(Array(#"{"content":[\#(many(block, 257))]}"#.utf8), .anthropic))
        #expect(try !check(Array(#"{"output":{"message":{"content":[\#(many(block, 257))]}}}"#.utf8), .bedrock))
        let token = #"{"token":"t","logprob":-1}"#
        let tokens =
            #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop","#
            + #""logprobs":{"content":[\#(many(token, 8_193))]}}]}"#
        #expect(try !check(Array(tokens.utf8), .openai))
    }

    @Test func countsThatCannotBeBelievedStayInBounds() throws {
        for number in ["-5", "1e308", "18446744073709551615", "0.9", "\"7\"", "null", "[]"] {
            let body =
                #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":\#(number),"completion_tokens":\#(number)}}"#
            let usage = try Fixture.reply(.openai, body).usage
            #expect([0, 1_000_000_000].contains(usage.inputCount))
            #expect(usage.outputCount == usage.inputCount)
        }
    }

    @Test func namesAreCut() throws {
        let long = String(repeating: "n", count: 10_000)
        let body =
            #"{"model":"\#(long)","choices":[{"message":{"content":"x"},"finish_reason":"\#(long)"}]}"#
        let reply = try Fixture.outcome(.openai, body, headers: ["x-request-id": long]).result.get()
        #expect(reply.model?.utf8.count == 256 && reply.requestIdentifier?.utf8.count == 256)
        #expect(reply.samples[0].finish == .other(String(long.prefix(256))))
    }
}
