/// Completions of every kind that the components tell apart, out of pieces chosen by a seeded generator.
package enum VariedTexts {
    private static let pieces = [
        "The model answers in plain English, which is what was asked of it. ",
        "Die Sonne scheint heute besonders hell, und die Kinder spielen im Garten. ",
        "Le chat dort sur le canap\u{E9} pendant que la pluie tombe doucement. ",
        "\u{4ECA}\u{65E5}\u{306F}\u{592A}\u{967D}\u{304C}\u{3068}\u{3066}\u{3082}\u{660E}\u{308B}\u{3044}\u{3002}",
        "\u{421}\u{435}\u{433}\u{43E}\u{434}\u{43D}\u{44F} \u{441}\u{43E}\u{43B}\u{43D}\u{446}\u{435} \u{441}\u{432}\u{435}\u{442}\u{438}\u{442}. ",
        "{\"answer\": \"Gr\\u00fc\\u00dfe\", \"score\": 0.5} ", "{\"answer\": [1, 2, {\"b\": null}]",
        "```json\n{\"a\": \"xxx\"}\n```\n",
        "<think>\nstep by step\n</think>\n<answer>\n42\n</answer>", "<think>", "</answer>", "#### 1,234.50\n",
        "\\boxed{\\frac{3}{4}}",
        "A: 17", "answer", "ANSWER ", "word 12", "badword ", "b\u{430}dw\u{3BF}rd ", "4111111111111111 ", "f.u.c.k ",
        "\u{0}", " \n\t",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} ",
        "e\u{301}", "\u{FEFF}", "\u{FF21}\u{FF22}\u{FF23} ", "https://example.com/?a=b 3.14159 snake_case\n",
        "[[[[[[[[", "-0.0 1e308 ",
    ]

    /// `count` texts: mostly short ones, some empty, and one in fifty of several thousand bytes.
    package static func make(_ count: Int, using generator: inout SeededGenerator) -> [String] {
        (0..<count).map { index in
            let pieceCount =
                index % 50 == 49
                ? Int.random(in: 100...200, using: &generator) : Int.random(in: 0...8, using: &generator)
            return (0..<pieceCount).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        }
    }
}
