import RewardConfig
import RewardJudge
import RewardKernel
import Testing

/// What judged components ask, and how the judge lane runs.
@Suite struct JudgedComponentTests {
    /// The first component's settings, and the task that it asks.
    private func judged(_ component: String) throws -> (settings: JudgedSettings, task: JudgeTask) {
        let configuration = try read(asking(component: component))
        guard case .judged(let settings) = configuration.rewards[0].components[0].component else {
            Issue.record("another component was read")
            throw CancellationError()
        }
        return (settings, try #require(configuration.judges).tasks[settings.task])
    }

    @Test func everyKeyOfAJudgeIsRead() throws {
        let (settings, task) = try judged(
            """
            {type: judge, judges: [j, l, k], quorum: 3, rubric: q, light: {judge: b, confidence: 0.9, share: 0.2}, samples: 5,
             max_tokens: 1000}
            """)
        #expect(settings == JudgedSettings(kind: .rubric, task: 0))
        #expect(task.name == "r.c")
        #expect(task.judges == [0, 2, 1])
        #expect((task.quorum, task.sampleCount, task.tokenCountMax) == (3, 5, 1_000))
        #expect(task.light == JudgeTask.Light(judge: 4, confidence: 0.9, shareMax: 0.2))
        guard case .rubric(let question) = task.question else {
            Issue.record("another question is asked")
            return
        }
        #expect(question.rubric.name == "q")
    }

    @Test func defaultsOfAJudgeAreTheDocumentedOnes() throws {
        let one = try judged("{type: judge, judge: k, rubric: q}").task
        #expect(one.judges == [1])
        #expect((one.quorum, one.sampleCount, one.tokenCountMax) == (1, 1, 256))
        #expect(one.light == nil)
        let light = try judged("{type: judge, judge: k, rubric: q, light: b}").task.light
        #expect(light == JudgeTask.Light(judge: 4, confidence: 0.75, shareMax: 0.3))
        #expect(try judged("{type: judge, judges: [j, k, l], rubric: q}").task.quorum == 2)
        #expect(try judged("{type: judge, judges: [j, k, l, m], rubric: q}").task.quorum == 3)
        #expect(try judged("{type: judge, judges: [j, k], rubric: q}").task.quorum == 2)
    }

    @Test func shadowIsASecondRubric() throws {
        #expect(try judged("{type: judge, judge: k, rubric: q}").task.shadow == nil)
        let (settings, task) = try judged("{type: judge, judge: k, rubric: q, shadow: s}")
        #expect(task.shadow?.rubric.name == "s" && settings == JudgedSettings(kind: .rubric, task: 0))
        for (component, wanted) in [
            ("{type: judge, judge: k, rubric: q, shadow: q}", "is the rubric itself"),
            ("{type: judge, judge: k, rubric: q, shadow: t}", "no rubric"),
            ("{type: judge, judge: b, rubric: q, shadow: s}", "a scale"),
        ] {
            do {
                _ = try read(asking(component: component))
                Issue.record("\(component) was taken")
            } catch let refusal as ConfigurationRefusal {
                #expect(refusal.description.contains(wanted), "\(refusal.description)")
            }
        }
    }

    @Test func driftLimitsAreRead() throws {
        func lane(_ judging: String) throws -> LaneSettings {
            try #require(read(asking(component: "{type: judge, judge: k, rubric: q}") + "\njudging: \(judging)").judges)
                .lane
        }
        #expect(try lane("{}").canaryPassedShareMax == 0.05)
        #expect(try lane("{}").shadowAgreementMin == 0.8)
        let lane = try lane("{drift: {canaries_passed_max: 0.2, shadow_agreement_min: 0.9}}")
        #expect(lane.canaryPassedShareMax == 0.2 && lane.shadowAgreementMin == 0.9)
        for wrong in ["{drift: 1}", "{drift: {canaries_passed_max: 2}}", "{drift: {canaries: 1}}"] {
            #expect(throws: ConfigurationRefusal.self) {
                try read(asking(component: "{type: judge, judge: k, rubric: q}") + "\njudging: \(wrong)")
            }
        }
    }

    @Test func longRubricsHaveRoomForTheirReasons() throws {
        let criteria = (0..<10).map { "{name: c\($0), text: x}" }.joined(separator: ", ")
        func tokenCount(_ more: String) throws -> Int? {
            try read(asking(rubric: "{criteria: [\(criteria)]\(more)}")).judges?.tasks[0].tokenCountMax
        }
        #expect(try tokenCount("") == 960)
        #expect(try tokenCount(", calls: per_criterion") == 256)
    }

    @Test func everyKeyOfAPreferenceIsRead() throws {
        let (settings, task) = try judged(
            "{type: preference, judges: [j, k, l], quorum: 1, criteria: Shorter is better., design: swiss, samples: 3}")
        #expect(settings == JudgedSettings(kind: .preference, task: 0))
        #expect(task.judges == [0, 1, 2])
        #expect((task.quorum, task.sampleCount, task.tokenCountMax) == (1, 3, 256))
        guard case .preference(let question) = task.question else {
            Issue.record("another question is asked")
            return
        }
        #expect(question.design == .swiss)
        #expect(question.prompt.criteria == "Shorter is better.")
        #expect(try judged("{type: preference, judge: j, criteria: x, design: group}").task.tokenCountMax == 768)
    }

    @Test func preferenceAsksWhatARubricSays() throws {
        func criteria(_ rubric: String) throws -> String? {
            let (_, task) = try judged("{type: preference, judge: j, rubric: \(rubric)}")
            guard case .preference(let question) = task.question else { return nil }
            #expect(question.design == .pairs)
            return question.prompt.criteria
        }
        #expect(
            try criteria("q") == "- It is right.\n- An error, which makes a completion worse: It is rude.")
        #expect(try criteria("s") == "The higher the better.")
    }

    @Test func tasksStandInTheOrderOfTheFile() throws {
        let catalog = try #require(try read(asking(component: "{type: judge, judge: j, rubric: q}")).judges)
        #expect(catalog.tasks.map(\.name) == ["r.c", "r.d", "r.e", "r.f"])
        #expect(catalog.tasks.map(\.judges) == [[0], [0, 1, 2, 3], [0], [4]])
        #expect(try read("rewards: {r: {components: {c: {type: think_format}}}}").judges == nil)
    }

    @Test func judgesOfTheInterfacesAreRead() throws {
        let yaml = """
            rewards:
              support_answer:
                components:
                  quality:  {type: judge, weight: 0.5, judge: local, rubric: helpfulness}
            judges:
              local:   {api: openai, url: "unix:/run/user/1000/judge.sock", model: smollm2-135m}
              claude:  {api: anthropic, model: claude-haiku, api_key_env: JUDGE_KEY, limits: {concurrency: 32, requests_per_minute: 1000, tokens_per_minute: 400000}}
              nova:    {api: bedrock, region: us-east-1, model: "amazon.nova-pro-v1:0"}
            rubrics:
              helpfulness:
                criteria:
                  - {name: answers_question, text: "The reply answers what was asked.", weight: 2}
                  - {name: cites_source,     text: "The reply names a checkable source.", weight: 1}
                  - {name: invents_facts,    text: "The reply states something false.", weight: -2}
            """
        let configuration = try read(yaml) { $0 == "AWS_BEARER_TOKEN_BEDROCK" ? "token" : variables[$0] }
        #expect(configuration.judges?.judges.map(\.name) == ["local", "claude", "nova"])
        #expect(configuration.judges?.tasks.map(\.name) == ["support_answer.quality"])
        #expect(
            configuration.warnings.map(\.keyPath) == ["judges.claude", "judges.nova"])
    }

    @Test(arguments: [
        (
            "{type: judge}",
            [
                "1:28: rewards.r.components.c: the key `judge` is missing; name one of `judges` at the top level",
                "1:28: rewards.r.components.c: the key `rubric` is missing; name one of `rubrics` at the top level",
            ]
        ),
        (
            "{type: judge, judge: jj, rubric: qualty}",
            [
                "1:52: rewards.r.components.c.judge: no judge is called \"jj\"; did you mean `j`?",
                "1:64: rewards.r.components.c.rubric: no rubric is called \"qualty\"; the rubrics are: q, s",
            ]
        ),
        (
            "{type: judge, judge: j, judges: [k], rubric: q}",
            ["1:55: rewards.r.components.c.judges: `judge` says it already; leave one of them out"]
        ),
        (
            "{type: judge, judges: [j, k, j], rubric: q}",
            ["1:60: rewards.r.components.c.judges[2]: this judge stands twice; each has one vote"]
        ),
        (
            "{type: judge, judges: [], rubric: q}",
            ["1:53: rewards.r.components.c.judges: a panel has at least one judge"]
        ),
        (
            "{type: judge, judges: j, rubric: q}",
            ["1:53: rewards.r.components.c.judges: expected a list of judges, found the string \"j\""]
        ),
        (
            "{type: judge, judges: [j, k], quorum: 3, rubric: q, samples: 0, max_tokens: 1}",
            [
                "1:69: rewards.r.components.c.quorum: 3 is out of range; it is between 1 and 2",
                "1:92: rewards.r.components.c.samples: 0 is out of range; it is between 1 and 16",
                "1:107: rewards.r.components.c.max_tokens: 1 is out of range; it is between 16 and 100000",
            ]
        ),
        (
            "{type: judge, judge: j, rubric: q, light: {judge: k, confidence: 2, chare: 1}}",
            [
                "1:96: rewards.r.components.c.light.confidence: 2 is out of range; it is between 0 and 1",
                "1:99: rewards.r.components.c.light.chare: unknown key; did you mean `share`?",
            ]
        ),
        (
            "{type: judge, judge: j, rubric: s, light: b}",
            ["1:73: rewards.r.components.c.light: this judge answers Boolean questions only; a scale asks for a text"]
        ),
        (
            "{type: preference, judge: b, criteria: x}",
            [
                "1:57: rewards.r.components.c.judge: this judge answers Boolean questions only; a comparison asks for a text"
            ]
        ),
        (
            "{type: preference, judge: j}",
            [
                "1:28: rewards.r.components.c: the key `criteria` is missing; "
                    + "say what makes one completion better, or name a `rubric`"
            ]
        ),
        (
            "{type: preference, judge: j, criteria: x, rubric: q}",
            ["1:73: rewards.r.components.c.rubric: `criteria` says it already; leave one of them out"]
        ),
        (
            "{type: preference, judge: j, criteria: \" \", design: pair}",
            [
                "1:83: rewards.r.components.c.design: expected one of pairs, swiss, group, found the string \"pair\"; "
                    + "did you mean `pairs`?"
            ]
        ),
        (
            "{type: preference, judge: j, criteria: \" \"}",
            ["1:70: rewards.r.components.c.criteria: the text is empty"]
        ),
    ])
    func wrongComponentIsRefusedAtItsPlace(component: String, expected: [String]) {
        #expect(errorLines(asking(component: component)) == expected.map { "r.yaml:" + $0 })
    }

    @Test func withoutJudgesTheErrorSaysWhereTheyGo() {
        #expect(
            errorLines(component: "{type: judge, judge: j, rubric: q}") == [
                "r.yaml:4:31: rewards.r.components.c.judge: no judge is called \"j\"; describe it under `judges` at the "
                    + "top level",
                "r.yaml:4:42: rewards.r.components.c.rubric: no rubric is called \"q\"; describe it under `rubrics` at "
                    + "the top level",
            ])
    }

    /// A judge or a rubric that is wrong is not missing too.
    @Test func whatIsWrongItselfIsReportedOnce() {
        #expect(
            errorLines(asking(judge: "{api: openai, url: x, model: m}")) == [
                "r.yaml:1:32: judges.j.url: must begin with http://, https:// or unix:/"
            ])
        #expect(
            errorLines("judges: 5\nrubrics: []\nrewards: {r: {components: {c: {type: judge, judge: j, rubric: q}}}}")
                == [
                    "r.yaml:1:9: judges: expected a mapping from judge names to judges, found the number 5",
                    "r.yaml:2:10: rubrics: expected a mapping from rubric names to rubrics, found a list",
                ])
    }

    @Test func unusedRubricIsAnErrorAndUnusedJudgeAWarning() throws {
        let rewards = "rewards: {r: {components: {c: {type: think_format}}}}\n"
        let judges = "judges: {j: {api: openai, url: \"http://a\", model: m}}\n"
        #expect(
            errorLines(rewards + judges + "rubrics: {q: {criteria: [{name: a, text: x}]}}\n") == [
                "r.yaml:3:11: rubrics.q: no component asks this rubric; name it in a component, or leave it out"
            ])
        let configuration = try read(rewards + judges + "judging: {deadline: 5}")
        #expect(configuration.judges == nil)
        #expect(
            configuration.warnings.map(\.description) == [
                "r.yaml:2:13: judges.j: no component asks this judge",
                "r.yaml:3:10: judging: no component is judged",
            ])
    }
}

// MARK: - The lane

extension JudgedComponentTests {
    private func lane(_ judging: String) throws -> LaneSettings {
        let yaml = asking(component: "{type: judge, judge: j, rubric: q}") + "\njudging: \(judging)"
        return try #require(try read(yaml).judges).lane
    }

    @Test func everyKeyOfTheLaneIsRead() throws {
        let lane = try lane(
            """
            {deadline: 12.5, timeout: 5, warm_up_timeout: 90, attempts: 5, hedging: {min_delay_ms: 250, share: 0.1},
             cache: {entries: 10, days: 0.5}, min_content_characters: 3,
             batch_window_ms: 0.5}
            """)
        #expect(lane.deadlineMilliseconds == 12_500)
        #expect(lane.pool.timeoutNanoseconds == 5_000_000_000)
        #expect(lane.pool.warmUpTimeoutNanoseconds == 90_000_000_000)
        #expect(lane.pool.attemptCountMax == 5)
        #expect(lane.pool.hedging == HedgeSettings(delayNanosecondsMin: 250_000_000, share: 0.1))
        #expect(lane.cache == LaneSettings.CacheSettings(entryCountMax: 10, lifeSeconds: 43_200))
        #expect(lane.contentCountMin == 3)
        #expect(lane.batchWindowNanoseconds == 500_000)
    }

    @Test func defaultsOfTheLaneAreTheDocumentedOnes() throws {
        let lane = try lane("{}")
        #expect(lane == LaneSettings())
        #expect(lane.deadlineMilliseconds == 60_000)
        #expect(lane.pool.timeoutNanoseconds == 30_000_000_000)
        #expect(lane.pool.warmUpTimeoutNanoseconds == 60_000_000_000)
        #expect((lane.pool.attemptCountMax, lane.contentCountMin) == (3, 1))
        #expect(lane.pool.hedging == nil)
        #expect(lane.batchWindowNanoseconds == 2_000_000)
        #expect(try self.lane("{batch_window_ms: 0}").batchWindowNanoseconds == 0)
        #expect(lane.cache == LaneSettings.CacheSettings(entryCountMax: 100_000, lifeSeconds: 604_800))
        #expect(try self.lane("{timeout: 100}").pool.warmUpTimeoutNanoseconds == 100_000_000_000)
        #expect(try self.lane("{hedging: true}").pool.hedging == HedgeSettings())
        #expect(try self.lane("{hedging: false}").pool.hedging == nil)
        #expect(try self.lane("{cache: true}").cache == LaneSettings.CacheSettings())
        #expect(try self.lane("{cache: false}").cache == nil)
    }

    @Test(arguments: [
        ("{deadline: 0}", "1:21: judging.deadline: 0 is out of range; it is between 0.1 and 3600"),
        ("{timeout: 9, warm_up_timeout: 5}", "1:40: judging.warm_up_timeout: is at least `timeout`"),
        ("{attempts: 11}", "1:21: judging.attempts: 11 is out of range; it is between 1 and 10"),
        (
            "{hedging: 5}",
            "1:20: judging.hedging: expected a mapping such as {min_delay_ms: 500, share: 0.05}, true or false, found the "
                + "number 5"
        ),
        ("{hedging: {share: 1}}", "1:28: judging.hedging.share: 1 is out of range; it is between 0.001 and 0.5"),
        ("{cache: {entries: 0}}", "1:28: judging.cache.entries: 0 is out of range; it is between 1 and 10000000"),
        (
            "{cache: {path: 5}}",
            "1:25: judging.cache.path: expected the path of a file, found the number 5; quote it: \"5\""
        ),
        ("{dedline: 5}", "1:11: judging.dedline: unknown key; did you mean `deadline`?"),
    ])
    func wrongLaneIsRefusedAtItsPlace(judging: String, expected: String) {
        let yaml = "judging: \(judging)\n" + asking(component: "{type: judge, judge: j, rubric: q}")
        #expect(errorLines(yaml) == ["r.yaml:" + expected])
    }
}
