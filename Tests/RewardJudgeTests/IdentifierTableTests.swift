import RewardJudge
import Testing

@Suite struct IdentifierTableTests {
    @Test func holdsWhatADictionaryHoldsWhateverComesAndGoes() {
        var generator = PoolSeed.generator("holdsWhatADictionaryHoldsWhateverComesAndGoes")
        for round in 0..<20 {
            var table = IdentifierTable<UInt64, [UInt64]>()
            var dictionary: [UInt64: [UInt64]] = [:]
            // Few numbers meet often; numbers that count up, as identifiers do, meet in no order.
            let range = round % 2 == 0 ? 40 : 4_000
            for step in 0..<4_000 as Range<UInt64> {
                let identifier = UInt64(generator.index(below: range)) << (round % 3 == 0 ? 20 : 0)
                switch generator.index(below: 4) {
                case 0: #expect(table.removeValue(forKey: identifier) == dictionary.removeValue(forKey: identifier))
                case 1:
                    table.insert([step], for: identifier)
                    dictionary[identifier] = [step]
                case 2:
                    let count = table.change(identifier) {
                        $0.append(step)
                        return $0.count
                    }
                    dictionary[identifier]?.append(step)
                    #expect(count == dictionary[identifier]?.count)
                default:
                    table.removeValue(forKey: identifier)
                    dictionary[identifier] = nil
                }
                #expect(table.count == dictionary.count)
            }
            #expect(table.identifiers == dictionary.keys.sorted())
            #expect(dictionary.allSatisfy { table[$0.key] == $0.value })
        }
    }

    @Test func growsToAHundredThousandAndBack() {
        var table = IdentifierTable<UInt64, Int>()
        for identifier in 1...100_000 as ClosedRange<UInt64> { table.insert(Int(identifier), for: identifier) }
        #expect(table.count == 100_000)
        for identifier in 1...100_000 as ClosedRange<UInt64> {
            #expect(table.removeValue(forKey: identifier) == Int(identifier))
        }
        #expect(table.count == 0 && table.identifiers.isEmpty)
    }
}
