import BenchSupport
import Foundation
import RewardConfig

/// What judges are asked in the bench: replies of a support assistant, by a rubric whose criteria the mock's answer decides.
struct JudgeInput {
    let stage: Stage
    /// Of the endpoint, without the route of chat completions.
    let url: String

    /// Rollouts of one judged request, each a call; also the most that a sidecar has in flight.
    static let batchCount = 1_024
    static let prompt = "My export stops at the second page since yesterday. What can I do?"

    func configuration(isCached: Bool) throws -> Configuration {
        do {
            return try Configuration.load(
                path: try stage.write("judge.yaml", Array(yaml(isCached: isCached).utf8)))
        } catch { throw BenchError("the configuration of the judge bench is refused: \(error)") }
    }

    func yaml(isCached: Bool) -> String {
        """
        version: 1
        rewards:
          cheap:
            components:
              length: {type: length_penalty, unit: characters, target: [0, 2500], tolerance: 1000}
          judged:
            components:
              quality: {type: judge, judge: mock, rubric: support}
        judges:
          mock:
            api: openai
            url: "\(url)"
            model: mock-judge
            temperature: 0
            limits: {concurrency: \(Self.batchCount), concurrency_start: \(Self.batchCount)}
        rubrics:
          support:
            instructions: Judge the replies of a support assistant by what they say, not by how long they are.
            criteria:
              - {name: helpful, text: "The reply names the cause and the steps that remove it.", weight: 2}
              - {name: polite, text: "The reply is friendly and blames nobody."}
        judging: {cache: \(isCached)}

        """
    }

    /// Rewards that ask less: behind gates that let one of two or one of ten rollouts through, and a light judge before a heavy one
    /// at `heavyURL`.
    func thriftyYAML(heavyURL: String) -> String {
        yaml(isCached: false)
            .replacing(
                "judges:\n",
                with: """
                      half:
                        components:
                          gate: {type: regex_match, pattern: '^Reply \\d*[02468]:', gate: {below: 1, reward: 0}}
                          quality: {type: judge, judge: mock, rubric: support}
                      tenth:
                        components:
                          gate: {type: regex_match, pattern: '^Reply \\d*0:', gate: {below: 1, reward: 0}}
                          quality: {type: judge, judge: mock, rubric: support}
                      heavy:
                        components:
                          quality: {type: judge, judge: heavy, rubric: support}
                      cascade:
                        components:
                          quality: {type: judge, judge: heavy, light: {judge: mock, share: 1}, rubric: support}
                    judges:
                      heavy:
                        api: openai
                        url: "\(heavyURL)"
                        model: mock-judge
                        temperature: 0
                        limits: {concurrency: \(Self.batchCount), concurrency_start: \(Self.batchCount)}

                    """, maxReplacements: 1)
    }

    func judgedFrame(reward: String = "judged") -> ScoreFrame {
        ScoreFrame(
            reward: reward, completions: completions(count: Self.batchCount), references: nil, prompt: Self.prompt)
    }

    /// Texts of 2 KB that differ in their first words.
    func completions(count: Int) -> [[UInt8]] {
        let texts = stage.workload.plain2048
        return (0..<count).map { index in
            let opening = Array("Reply \(index): ".utf8)
            return opening + texts[index % texts.count].dropLast(opening.count)
        }
    }
}
