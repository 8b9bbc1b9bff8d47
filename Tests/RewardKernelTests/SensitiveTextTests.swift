import RewardKernel
import RewardMemory
import Testing

@Suite struct SensitiveTextTests {
    private func findings(_ text: String, _ kinds: [SensitiveKind], allow: [String] = []) throws -> [String] {
        let builder = makeBuilder()
        let plan = try SafetyFilterPlan(
            SafetyFilterSettings(allow: allow, detect: kinds, perFinding: 1.0 / 1024), into: builder)
        var scratch = try KernelScratch(builder.requirements)
        var found: [String] = []
        // The first finding has its place told; the rest of the text is looked at again.
        var rest = text
        while true {
            let outcome = plan.score(rollout(rest), &scratch.safety, &scratch.regex)
            guard outcome.status == .scored, outcome.finding.first > 0 else { return found }
            let bytes = Array(rest.utf8)
            let end = Int(outcome.finding.spanStart + outcome.finding.spanCount)
            found.append(String(decoding: bytes[Int(outcome.finding.spanStart)..<end], as: UTF8.self))
            rest = String(decoding: bytes[end...], as: UTF8.self)
            guard outcome.finding.first > 1 else { return found }
        }
    }

    /// Vectorscan's code for AVX-512 missed a fifth of them, depending on where a text begins and ends.
    @Test(arguments: [nil, 0, 0x61, 0xE9] as [UInt8?])
    func detailIsFoundWhereverItsTextLiesAndWhateverSurroundsIt(filler: UInt8?) throws {
        let builder = makeBuilder()
        let plan = try SafetyFilterPlan(
            SafetyFilterSettings(patterns: [#"\bticket [0-9]{4,}(?![0-9a-z])"#], detect: [.email]), into: builder)
        var scratch = try KernelScratch(builder.requirements)
        let memory = OwnedStorage()
        for text in [
            "Could you please send me the last billed amount for cc 30579675742677 on my e-mail MilenaRossi@rhyta.com?",
            "mail a@b.com", "it is ticket 120034, the one of last week, and not the one before it",
        ] {
            let bytes = Array(text.utf8)
            for offset in 0..<200 {
                let around = (0..<offset + 200).map { filler ?? UInt8(truncatingIfNeeded: ($0 * 167) ^ (offset * 59)) }
                let whole = memory.makeText(around[..<offset] + bytes + around[offset...])
                let rollout = Rollout(
                    completion: whole.slice(offset, offset + bytes.count), completionIsASCII: true, prompt: nil,
                    referenceAnswer: .absent, tokenCount: -1, isTruncated: false, fields: memory.makeTable([]))
                let outcome = plan.score(rollout, &scratch.safety, &scratch.regex)
                #expect(outcome.score == 0, "\(text) at \(offset)")
            }
        }
    }

    @Test func cardNumbersNeedTheirLuhnDigitAndANetworksLength() throws {
        for number in [
            "4012888888881881", "4012 8888 8888 1881", "4012-8888-8888-1881", "4222222222222", "378282246310005",
            "3782 822463 10005", "5555555555554444", "2223003122003222", "6011111111111117", "30569309025904",
            "3530111333300000", "122000000000003",
        ] {
            #expect(try findings("pay \(number), please", [.creditCard]) == [number])
        }
        for text in [
            "4012888888881882", "4012 8888-8888 1881", "0.4012888888881881", "x4012888888881881", "40128888888818811",
            "7992739871300000", "0000000000000000", "4012 8888 8888 188", "1 2 3 4 5 6 7 8 9 10 11 12 13",
        ] {
            #expect(try findings(text, [.creditCard]) == [], "\(text)")
        }
    }

    @Test func accountNumbersNeedTheirCheckDigitsAndTheirCountrysLength() throws {
        for number in [
            "GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "GB82-WEST-1234-5698-7654-32", "NO9386011117947",
            "gb82west12345698765432", "DE89370400440532013000",
        ] {
            #expect(try findings("to \(number) today", [.iban]) == [number])
        }
        for text in [
            "GB82WEST12345698765433", "GB82WEST123456987654321", "GB82 WEST1234 5698 7654 32",
            "GB82 WEST-1234 5698 7654 32",
            "ZZ82WEST12345698765432", "GB82WEST1234569876543", "GB82", "GB82 ", "GB82 WEST 1234 5698 7654 3",
        ] {
            #expect(try findings(text, [.iban]) == [], "\(text)")
        }
    }

    @Test func internetAddressesAreWellFormed() throws {
        for address in [
            "10.0.0.255", "::1", "2001:db8::8a2e:192.168.0.1", "1:2:3:4:5:6:7:8", "fe80::", "::ffff:0:1.2.3.4",
        ] {
            #expect(try findings("at [\(address)].", [.ipAddress]) == [address])
        }
        for text in [
            "10.0.0.256", "1.2.3", "1.2.3.4.5", "12:34:56", "dead::beef", "::", ":::1", "1::2::3", "1:2:3:4:5:6:7:8:9",
            "12345::1", "::1.2.3", "std::vector", "1:2:3:4:5:6:7:", "::1.2.3.4.5",
        ] {
            #expect(try findings(text, [.ipAddress]) == [], "\(text)")
        }
    }

    @Test func addressesNumbersAndKeysAreFoundByTheirForm() throws {
        // Written in two parts, so that no scanner takes this file for a leak.
        let keys = [
            "AKIA" + "IOSFODNN7EXAMPLE", "gh" + "p_" + String(repeating: "a1B2", count: 9),
            "glpat" + "-abcdEFGH1234_-abcdEF",
            "AI" + "za" + String(repeating: "b", count: 35), "h" + "f_" + String(repeating: "Q", count: 34),
            "sk" + "-proj-abc123_def456-ghi789", "sk" + "-ant-api03-" + String(repeating: "xY9", count: 20),
            "xo" + "xb-123456789012-abcdef", "sk" + "_live_" + String(repeating: "4e", count: 12),
        ]
        for key in keys { #expect(try findings("key=\(key);", [.apiKey]) == [key]) }
        #expect(try findings("sk-learn and sk-something-with-letters-only-here", [.apiKey]) == [])
        #expect(try findings("AKIA" + "IOSFODNN7EXAMPLEX", [.apiKey]) == [])
        #expect(try findings("-----BEGIN " + "RSA PRIVATE KEY-----\nMII", [.privateKey]).count == 1)
        #expect(try findings("-----BEGIN PUBLIC KEY-----", [.privateKey]) == [])
        #expect(try findings("Write to a.b+c@mail.example.co.uk.", [.email]) == ["a.b+c@mail.example.co.uk"])
        #expect(try findings("user@localhost, @handle, a@b., x@y.1", [.email]) == [])
        #expect(
            try findings("SSN 078-05-1123, not 000-12-3456 or 666-12-3456 or 900-12-3456", [.usSSN])
                == ["078-05-1123"])
        #expect(
            try findings("00:1A:2b:3C:4D:5E ff:ff:ff:ff:ff:ff 00-1A:2B-3C-4D-5E", [.macAddress])
                == ["00:1A:2b:3C:4D:5E"])
    }

    @Test func onlyTheKindsThatWereAskedForAreFound() throws {
        let text = "a@example.org, 4012888888881881, 10.0.0.1, GB82WEST12345698765432"
        #expect(try findings(text, [.email]) == ["a@example.org"])
        #expect(try findings(text, SensitiveKind.allCases).count == 4)
    }

    @Test func allowedPhrasesExcuseFindings() throws {
        let text = "Write to help@example.org or to eve@example.org."
        #expect(try findings(text, [.email], allow: ["help@example.org"]) == ["eve@example.org"])
    }

    @Test func rationaleNamesTheKindAndNotTheSecret() throws {
        let builder = makeBuilder()
        let plan = try SafetyFilterPlan(SafetyFilterSettings(detect: [.creditCard]), into: builder)
        var scratch = try KernelScratch(builder.requirements)
        let rollout = rollout("pay 4012888888881881 and 4222222222222")
        let outcome = plan.score(rollout, &scratch.safety, &scratch.regex)
        #expect(outcome.score == 0)
        #expect(
            sentence { plan.explain(outcome, rollout: rollout, into: &$0) }
                == "2 hits: credit_card at byte 4, and 1 more")
    }

    @Test(.timeLimit(.minutes(2))) func hostileTextsAreLookedThroughInBoundedTime() throws {
        let builder = makeBuilder()
        let plan = try SafetyFilterPlan(SafetyFilterSettings(detect: SensitiveKind.allCases), into: builder)
        var scratch = try KernelScratch(builder.requirements)
        for unit in [
            "a", "0", "4012 ", "GB82 WEST ", "a@", "a.", "1.", "::", ":", "sk-a", "-----BEGIN ", "\0", "a@a.", "ff:",
        ] {
            let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
            let outcome = plan.score(rollout(text), &scratch.safety, &scratch.regex)
            #expect(outcome.status == .scored || outcome.status == .limitReached, "\(unit)")
        }
    }
}
