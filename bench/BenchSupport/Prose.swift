import Foundation

/// Sentences that completions are made of: from real text when it is there, else made up from word lists.
package struct Prose: Sendable {
    /// Where the sentences come from, for the head of the report.
    package let origin: String
    package let english: [String]
    package let german: [String]
    package let french: [String]

    /// Fewer sentences than this in a language, and the word lists are used instead.
    private static let sentenceCountMin = 20

    /// Real text from `directory` (IFEval responses in English, MGSM questions in German and French), or
    /// made-up sentences when that is not there.
    package static func load(from directory: URL?) -> Prose {
        guard let directory,
            let responses = rows(directory.appending(path: "instruction-following/ifeval_en.jsonl")),
            let questions = rows(directory.appending(path: "multilingual/mgsm.jsonl"))
        else { return generated() }
        func asked(in language: String) -> [String] {
            questions.filter { $0["lang"] as? String == language }.compactMap { $0["question"] as? String }
                .flatMap(sentences)
        }
        let english = responses.compactMap { $0["response"] as? String }.flatMap(sentences)
        let german = asked(in: "de")
        let french = asked(in: "fr")
        guard [english, german, french].allSatisfy({ $0.count >= sentenceCountMin }) else { return generated() }
        return Prose(origin: "IFEval responses, MGSM questions", english: english, german: german, french: french)
    }

    /// Sentences from the word lists below, the same ones every time.
    package static func generated() -> Prose {
        func make(_ words: String, seed: UInt64) -> [String] {
            var generator = SeededGenerator(seed: seed)
            let words = words.split(separator: " ").map(String.init)
            return (0..<400).map { _ in
                let count = 6 + generator.below(12)
                let sentence = (0..<count).map { _ in generator.pick(words) }.joined(separator: " ")
                return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
            }
        }
        return Prose(
            origin: "made up from word lists", english: make(englishWords, seed: 1), german: make(germanWords, seed: 2),
            french: make(frenchWords, seed: 3))
    }

    /// Objects of a JSONL file; nil when it cannot be read.
    private static func rows(_ file: URL) -> [[String: Any]]? {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        return text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    /// The sentences of `text` that are neither very short nor very long and carry no marker that an answer extractor
    /// would stop at: the floor takes the last number, so a marker would give the two sides different work.
    private static func sentences(_ text: String) -> [String] {
        var found: [String] = []
        for line in text.split(separator: "\n") {
            for part in line.components(separatedBy: ". ") {
                let sentence = part.last.map(".?!:".contains) == true ? part : part + "."
                guard (30...300).contains(sentence.utf8.count), sentence.contains(" ") else { continue }
                if ["A:", "Answer:", "answer:", "####", "boxed"].contains(where: sentence.contains) { continue }
                found.append(sentence)
            }
        }
        return found
    }

    private static let englishWords = """
        the of and to in is you that it was for on are as with his they at be this have from or had by not what \
        all were we when your can said there use an each which she do how their if will other about out many then \
        them these so some her would make like him into time has look two more write go see number way could \
        people than first water been called who oil now find long down day did get come made may part over new \
        sound take only little work know place years live back give most very after things our just name good \
        sentence man think great where help through before line right too means old any same tell boy follow came \
        want show also around form three small set put end
        """
    private static let germanWords = """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er \
        hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor \
        zur bis mehr durch man sein wurde sei Prozent hatte kann gegen vom können schon wenn habe seine Jahr ihre \
        dann unter wir soll ich eines Jahre zwei diese dieser wieder keine Uhr seiner worden will zwischen immer \
        Millionen was sagte Menschen Recht Freiheit Gesellschaft Schule Straße Wasser Arbeit Woche Stadt Beispiel \
        Frage Antwort Lösung Ergebnis Zahlen Aufgabe Schüler
        """
    private static let frenchWords = """
        de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec son \
        cette aux ou ses mais comme on tout nous sa fait été aussi leur bien peut ces y entre sans même deux elle \
        encore toute dont depuis était faire être avoir autre temps très année premier monde après ans quand jour \
        homme vie pays eau travail école semaine ville exemple question réponse solution nombre élève problème \
        liberté droit société toujours jamais souvent parce lorsque pendant également français grande petite \
        nouvelle chaque plusieurs beaucoup moins ensuite enfin donc
        """
}
