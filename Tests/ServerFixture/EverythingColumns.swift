import RewardClient

/// The columns that the reward `everything` reads, for rollouts that have a number each: the same number, the same inputs.
package enum EverythingColumns {
    package static func make(_ numbers: [Int]) -> [MessageValue.Pair] {
        let prompts = numbers.map { number -> MessageValue in
            switch number % 4 {
            case 0: "Please answer in one or two plain English sentences."
            case 1: "Bitte antworte auf Deutsch und in ganzen S\u{E4}tzen."
            case 2:
                [
                    ["role": "system", "content": "s"],
                    ["role": "user", "content": "Answer the question, please, and briefly."],
                ]
            default: .null
            }
        }
        let answers = numbers.map { number -> MessageValue in
            [.integer(Int64(number)), .string("word \(number)"), .double(Double(number) / 4), .null][number / 3 % 4]
        }
        let languages = numbers.map { MessageValue.string(["en", "de", "fr", "no such language"][$0 / 5 % 4]) }
        return [
            .init("prompts", .array(prompts)), .init("reference_answers", .array(answers)),
            .init("group_ids", .array(numbers.map { .integer(Int64($0 / 8)) })),
            .init("token_counts", .array(numbers.map { $0 % 11 == 0 ? .null : .integer(Int64($0 % 500)) })),
            .init(
                "token_ids",
                .array(numbers.map { number in .binary((0..<number % 50).flatMap { [UInt8($0 % 7), 0, 0, 0] }) })),
            .init("truncated", .array(numbers.map { .boolean($0 % 7 == 0) })),
            .init("fields", ["lang": .array(languages)]),
        ]
    }
}
