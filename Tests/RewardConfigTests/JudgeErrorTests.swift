import Glibc
import RewardConfig
import RewardJudge
import Testing

/// What is wrong with judges, with its exact place and words. No message shows a secret.
@Suite struct JudgeErrorTests {
    @Test(arguments: [
        ("5", ["1:13: judges.j: expected a mapping with the keys `api` and `model`, found the number 5"]),
        (
            "{api: opanai, url: \"http://a\", model: m}",
            [
                "1:19: judges.j.api: expected one of openai, azure, anthropic, bedrock, decisions, systemone, found the "
                    + "string \"opanai\"; did you mean `openai`?"
            ]
        ),
        (
            "{url: \"http://a\", model: m, colour: red}",
            [
                "1:10: judges.j: the key `api` is missing; such as `api: openai`",
                "1:41: judges.j.colour: unknown key; known here: api, url, model, region, api_key_env, api_key_file, "
                    + "auth, bearer_env, access_key_env, secret_key_env, session_token_env, limits, api_version, headers, "
                    + "prices, token_limit_name, temperature, seed, endpoints",
            ]
        ),
        (
            "{api: openai}",
            [
                "1:10: judges.j: the key `model` is missing",
                "1:10: judges.j: the key `url` is missing; such as `url: https://api.openai.com/v1`",
            ]
        ),
        (
            "{api: openai, url: \"ftp://a\", model: m}",
            ["1:32: judges.j.url: must begin with http://, https:// or unix:/"]
        ),
        (
            "{api: openai, url: \"https://user:sk-secret@a\", model: m}",
            ["1:32: judges.j.url: holds a credential; that is a setting"]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, temperature: 3, seed: 1.5}",
            [
                "1:67: judges.j.temperature: 3 is out of range; it is between 0 and 2",
                "1:76: judges.j.seed: expected a whole number, found the number 1.5",
            ]
        ),
        (
            "{api: anthropic, model: m}",
            ["1:10: judges.j: the key `api_key_env` is missing; or `url`, for a server of your own"]
        ),
        (
            "{api: bedrock, model: m, bearer_env: JUDGE_KEY}",
            ["1:10: judges.j: the key `region` is missing; such as `region: us-east-1`"]
        ),
        (
            "{api: bedrock, model: m, url: \"https://vpce.example\", access_key_env: ACCESS, secret_key_env: SECRET}",
            ["1:10: judges.j: the key `region` is missing; such as `region: us-east-1`"]
        ),
        (
            "{api: bedrock, region: \"us east\", model: m, bearer_env: JUDGE_KEY}",
            ["1:36: judges.j.region: is no name of an AWS region"]
        ),
        (
            "{api: anthropic, url: \"http://a\", model: m, region: x, seed: 1, token_limit_name: max_tokens}",
            [
                "1:57: judges.j.region: is only read with `api: bedrock`",
                "1:68: judges.j.seed: is only read with `api: openai` or `api: azure`",
                "1:77: judges.j.token_limit_name: is only read with `api: openai` or `api: azure`",
            ]
        ),
        (
            "{api: systemone, url: \"http://a\", model: m, temperature: 0, api_version: \"1\"}",
            [
                "1:57: judges.j.temperature: is only read with `api: openai` or `api: azure` or `api: anthropic` or "
                    + "`api: bedrock`",
                "1:73: judges.j.api_version: is only read with `api: anthropic` or `api: azure`",
            ]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, headers: {authorization: x}}",
            ["1:63: judges.j.headers: hold one that is not free to set: authorization"]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, headers: {x-a: 5}}",
            ["1:69: judges.j.headers.x-a: expected a text; quote it"]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, limits: {concurrency: 4, concurrency_start: 5, cost_per_day: 1}}",
            [
                "1:98: judges.j.limits.concurrency_start: 5 is out of range; it is between 1 and 4",
                "1:101: judges.j.limits.cost_per_day: without `prices` nothing costs anything; give the judge its `prices`",
            ]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, prices: {input: -1}}",
            ["1:70: judges.j.prices.input: -1 is out of range; it is between 0 and 10000"]
        ),
        (
            "{api: openai, url: \"http://a\", model: m, endpoints: [{url: \"http://b\"}]}",
            ["1:27: judges.j.url: is not read beside `endpoints`; each of them has a `url` of its own"]
        ),
        (
            "{api: openai, model: m, limits: {concurrency: 0}, endpoints: [{url: \"http://b\"}, {url: \"http://c\"}]}",
            ["1:59: judges.j.limits.concurrency: 0 is out of range; it is between 1 and 1024"]
        ),
        (
            "{api: openai, endpoints: [{url: \"http://b\"}, {url: \"http://b\", weight: 0}]}",
            [
                "1:10: judges.j: the key `model` is missing",
                "1:84: judges.j.endpoints[1].weight: 0 is out of range; it is between 0.001 and 1000",
            ]
        ),
        (
            "{api: openai, model: m, endpoints: [{url: \"http://b\"}, {url: \"http://b\"}]}",
            [
                "1:68: judges.j.endpoints[1]: this `url` stands twice; give the endpoint a larger `weight` instead"
            ]
        ),
        ("{api: openai, model: m, endpoints: []}", ["1:48: judges.j.endpoints: a judge has at least one endpoint"]),
        (
            "{api: openai, model: \"\", url: \"http://a\"}",
            ["1:34: judges.j.model: expected the name of a model, found an empty one"]
        ),
    ])
    func wrongJudgeIsRefusedAtItsPlace(judge: String, expected: [String]) {
        #expect(errorLines(asking(judge: judge)) == expected.map { "r.yaml:" + $0 })
    }

    @Test(arguments: [
        ("api_key_env: MISSING", ["1:75: judges.j.api_key_env: the environment variable MISSING is not set"]),
        ("api_key_env: EMPTY", ["1:75: judges.j.api_key_env: the environment variable that it names is empty"]),
        (
            "api_key_env: UMLAUT",
            ["1:75: judges.j.api_key_env: the secret is empty, too long or holds more than visible ASCII"]
        ),
        // What may be the secret itself is not repeated.
        (
            "api_key_env: sk-secret-0123456789",
            [
                "1:75: judges.j.api_key_env: expected the name of an environment variable; "
                    + "the secret itself stays out of this file"
            ]
        ),
        (
            "api_key_env: 0123456789",
            [
                "1:75: judges.j.api_key_env: expected the name of an environment variable; "
                    + "the secret itself stays out of this file"
            ]
        ),
        (
            "api_key_env: gsk_Secret0123456789",
            ["1:75: judges.j.api_key_env: the environment variable that it names is not set"]
        ),
        (
            "api_key: sk-secret-0123456789",
            [
                "1:62: judges.j.api_key: a secret does not belong into this file; "
                    + "put it into an environment variable and write `api_key_env: NAME`"
            ]
        ),
        ("api_key_file: sk-secret", ["1:76: judges.j.api_key_file: the file that it names: there is no such file"]),
        (
            "api_key_env: JUDGE_KEY, api_key_file: x",
            ["1:86: judges.j.api_key_file: `api_key_env` says it already; leave one of them out"]
        ),
        ("bearer_env: JUDGE_KEY", ["1:62: judges.j.bearer_env: is only read with `api: bedrock`"]),
        (
            "api_key_env: JUDGE_KEY, auth: bearer",
            ["1:86: judges.j.auth: is only read with `api: anthropic` or `api: azure`"]
        ),
    ])
    func wrongCredentialIsRefusedUnseen(key: String, expected: [String]) {
        let lines = errorLines(asking(judge: "{api: openai, url: \"http://127.0.0.1\", model: m, \(key)}"))
        #expect(lines == expected.map { "r.yaml:" + $0 })
        #expect(!lines.contains { $0.contains("0123456789") || $0.contains("sk-") })
    }

    @Test(arguments: [
        (
            "",
            [
                "1:10: judges.j: there is no credential: neither AWS_BEARER_TOKEN_BEDROCK nor AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY are set; set them, or name others in `bearer_env`, or `access_key_env` and "
                    + "`secret_key_env`"
            ]
        ),
        (", access_key_env: ACCESS", ["1:10: judges.j: the key `secret_key_env` is missing; two keys sign a request"]),
        (
            ", bearer_env: JUDGE_KEY, secret_key_env: SECRET",
            ["1:80: judges.j.secret_key_env: `bearer_env` says it already; leave one of them out"]
        ),
        (
            ", api_key_env: JUDGE_KEY",
            [
                "1:57: judges.j.api_key_env: is not read with `api: bedrock`; use `bearer_env`, or `access_key_env` and "
                    + "`secret_key_env`"
            ]
        ),
    ])
    func wrongAmazonCredentialIsRefused(keys: String, expected: [String]) {
        #expect(
            errorLines(asking(judge: "{api: bedrock, region: us-east-1, model: m\(keys)}"))
                == expected.map { "r.yaml:" + $0 })
    }

    @Test func anthropicNamesTheWordsOfAuth() {
        #expect(
            errorLines(asking(judge: "{api: anthropic, model: m, api_key_env: JUDGE_KEY, auth: token}")) == [
                "r.yaml:1:70: judges.j.auth: expected one of x-api-key, bearer"
            ])
        #expect(
            errorLines(asking(judge: "{api: anthropic, url: \"http://a\", model: m, auth: bearer}")) == [
                "r.yaml:1:57: judges.j.auth: there is no key to show; name its environment variable in `api_key_env`"
            ])
    }

    @Test func tooManyEndpointsAreRefused() {
        let judges = (0..<2).map { judge in
            let endpoints = (0..<33).map { "{url: \"http://h\($0)\"}" }.joined(separator: ", ")
            return "  j\(judge): {api: openai, model: m, endpoints: [\(endpoints)]}\n"
        }
        #expect(
            errorLines("judges:\n\(judges.joined())rewards: {r: {components: {c: {type: think_format}}}}") == [
                "r.yaml:1:1: judges: the judges have 66 endpoints; at most 64 are allowed"
            ])
    }

    @Test func secretIsReadFromAFileAndLeavesNoTrace() throws {
        var template = Array("/tmp/plaudit-secret-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        defer {
            unlink("\(directory)/key")
            rmdir(directory)
        }
        func write(_ text: String) throws {
            let descriptor = open("\(directory)/key", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            #expect(bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        }
        let yaml = asking(judge: "{api: openai, url: \"http://a\", model: m, api_key_file: key}")
        try write(" sk-file-0123456789\n")
        let configuration = try read(yaml, baseDirectory: directory)
        #expect(configuration.judges?.judges[0].endpoints[0].endpoint.credential == .key("sk-file-0123456789"))
        #expect(configuration.files.isEmpty)
        try write("another")
        #expect(try read(yaml, baseDirectory: directory).hash == configuration.hash)
        try write(" \n")
        #expect(
            errorLines(yaml, baseDirectory: directory) == [
                "r.yaml:1:68: judges.j.api_key_file: the file that it names is empty"
            ])
    }
}
