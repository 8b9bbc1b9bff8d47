import RewardJudge
import Testing

@Suite struct JudgeEndpointTests {
    @Test(arguments: [
        ("http://h", "http://h/x"), ("https://H.Example:8443/", "https://h.example:8443/x"),
        ("http://h:80", "http://h/x"), ("https://h:80", "https://h:80/x"), ("http://10.0.0.1:1", "http://10.0.0.1:1/x"),
        ("http://[::1]:8085", "http://[::1]:8085/x"), ("https://[2001:DB8::1]", "https://[2001:db8::1]/x"),
        ("unix:/run/judge.sock", "http://localhost/x"), ("unix:///run/judge.sock", "http://localhost/x"),
    ])
    func addressesAreUnderstood(text: String, url: String) throws {
        let parsed = try EndpointURL(text)
        #expect(parsed.url(target: "/x") == url)
        #expect(parsed.unixSocketPath == (text.hasPrefix("unix:") ? "/run/judge.sock" : nil))
    }

    @Test(arguments: [
        "", "h", "h:80", "ftp://h", "HTTP://h", "http:/h", "http://", "http:///path", "http://h h", "http://h/a b",
        "http://h\n", "http://user@h", "http://user:password@h/v1", "http://h?x=1", "http://h/v1?x=1", "http://h#f",
        "http://h/#f", "http://h:0", "http://h:65536", "http://h:", "http://h:x", "http://h:-1", "http://h:80:80",
        "http://[::1", "http://[::1]x", "http://[]", "http://[h]", "http://h/%", "http://h/%2", "http://h/%zz",
        "http://h/\\", "http://h/<>", "http://é", "http://h/é", "unix:", "unix:/", "unix:relative.sock", "unix:///",
        "unix:/" + String(repeating: "a", count: 107), "http://" + String(repeating: "a", count: 254),
        "http://h/" + String(repeating: "a", count: 2_048), "file:///etc/passwd", "http://h\u{0}",
    ])
    func addressThatIsNoneIsRefusedByItsKey(text: String) {
        do throws(EndpointError) {
            _ = try EndpointURL(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.key == "url")
            #expect(!error.message.contains("password"))
        }
    }

    private func error(
        _ api: JudgeAPI = .openai, url: String? = "http://h", model: String = "m",
        credential: EndpointCredential = .none, region: String? = nil, apiVersion: String? = nil,
        headers: [HTTPRequest.Header] = []
    ) -> String? {
        do throws(EndpointError) {
            _ = try JudgeEndpoint(
                api: api, url: url, model: model, credential: credential, region: region, apiVersion: apiVersion,
                headers: headers)
            return nil
        } catch { return error.key }
    }

    @Test func settingsThatCannotBeAreRefusedByTheirKey() {
        #expect(error() == nil)
        #expect(error(url: nil) == "url")
        #expect(error(.bedrock, url: nil) == "url")
        #expect(error(.bedrock, url: nil, region: "us-east-1") == nil)
        #expect(error(.bedrock, region: "us east") == "region")
        #expect(error(.bedrock, url: nil, region: "evil.example/x") == "region")
        #expect(error(model: "") == "model")
        #expect(error(model: "a\nb") == "model")
        #expect(error(model: "org/model:tag é") == nil)
        #expect(error(.azure, apiVersion: "2024-10-21&x=1") == "api_version")
        #expect(error(.azure, apiVersion: "2025-01-01-preview") == nil)
        for secret in ["", "a b", "a\r\nx: y", "é", String(repeating: "k", count: 8_193)] {
            #expect(error(credential: .key(secret)) == "credential")
            #expect(error(credential: .bearer(secret)) == "credential")
        }
        let keys = EndpointCredential.aws(accessKey: "a", secretKey: "b", sessionToken: nil)
        #expect(error(credential: keys) == "credential")
        #expect(error(.bedrock, credential: keys) == "region")
        #expect(error(.bedrock, credential: keys, region: "us-east-1") == nil)
        #expect(
            error(.bedrock, url: "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", credential: keys) == nil)
    }

    @Test(arguments: [
        "Authorization", "host", "Content-Length", "transfer-encoding", "X-API-Key", "expect", "a b", "", "a:",
    ])
    func headerThatIsOursIsRefused(name: String) {
        #expect(error(headers: [HTTPRequest.Header(name, "v")]) == "headers")
    }

    @Test func headersAreSentAfterOurs() throws {
        #expect(error(headers: [HTTPRequest.Header("x-team", "a\r\nb")]) == "headers")
        #expect(error(headers: [HTTPRequest.Header("x-team", "")]) == "headers")
        #expect(error(headers: Array(repeating: HTTPRequest.Header("x-team", "a"), count: 33)) == "headers")
        let endpoint = try JudgeEndpoint(
            api: .openai, url: "http://h", model: "m", headers: [HTTPRequest.Header("x-team", "reward, judge")])
        #expect(try ProviderFixture.request(endpoint).headers.last == HTTPRequest.Header("x-team", "reward, judge"))
    }

    @Test func tokenLimitHasTheNameThatTheHostKnows() throws {
        func name(_ url: String, _ api: JudgeAPI = .openai) throws -> EndpointCapabilities.TokenLimitName {
            EndpointCapabilities.presumed(for: try ProviderFixture.endpoint(api, url: url)).tokenLimitName
        }
        #expect(try name("https://api.openai.com/v1") == .maxCompletionTokens)
        #expect(try name("http://localhost:8000") == .maxTokens)
        #expect(try name("https://x.openai.azure.com", .azure) == .maxCompletionTokens)
        let set = try JudgeEndpoint(
            api: .openai, url: "http://localhost", model: "m", tokenLimitName: .maxCompletionTokens)
        #expect(EndpointCapabilities.presumed(for: set).tokenLimitName == .maxCompletionTokens)
    }
}
