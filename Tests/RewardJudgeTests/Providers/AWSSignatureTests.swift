import RewardJudge
import RewardKernel
import Testing

@Suite struct AWSSignatureTests {
    /// Eight signatures that botocore made with its clock stopped: models without and with colons, profiles and ARNs,
    /// with and without a session token.
    @Test(.enabled(if: ProviderData.hasSignatures))
    func signaturesAreThoseOfBotocore() throws {
        let reference = try ProviderData.value("../reference/sigv4.json")
        let body = Array(try #require(reference.text("body")).utf8)
        let cases = reference.list("cases")
        #expect(cases.count == 8)
        for item in cases {
            let endpoint = try JudgeEndpoint(
                api: .bedrock, url: nil, model: try #require(item.text("modelId")),
                credential: .aws(
                    accessKey: "AKIDEXAMPLE", secretKey: secret, sessionToken: item.text("token")),
                region: "us-east-1")
            let request = try ProviderFixture.request(endpoint)
            #expect(request.url == item.text("url"))
            #expect(request.requestTarget == nil || request.url.hasSuffix(request.requestTarget ?? ""))
            let signature = AWSSignature(
                accessKey: "AKIDEXAMPLE", secretKey: secret, sessionToken: item.text("token"),
                region: "us-east-1", service: "bedrock")
            let headers = signature.headers(
                method: "POST", path: String(request.url.dropFirst("https://".count + endpoint.url.host.count)),
                headers: [
                    HTTPRequest.Header("host", endpoint.url.authority),
                    HTTPRequest.Header("content-type", "application/json"),
                ], body: body, wallClockSeconds: 1_795_437_296)
            #expect(headers[0] == HTTPRequest.Header("x-amz-date", try #require(item.text("date"))))
            #expect(headers.last?.value == item.text("authorization"))
            #expect(headers.map(\.name).contains("x-amz-security-token") == (item.text("token") != nil))
            // The request itself carries the same headers, of its own body and time.
            #expect(request.headers.map(\.name).suffix(headers.count) == headers.map(\.name)[...])
        }
    }

    @Test(.enabled(if: ProviderData.hasRecordings))
    func signatureIsThatOfAPublishedVector() throws {
        let vector = try ProviderData.value("provider-replay/sigv4_bedrock_vector.json")
        let keys = try #require(vector["credentials"])
        let request = try #require(vector["request"])
        let expected = try #require(vector["expected"])
        let url = try EndpointURL(try #require(request.text("url")))
        let body = Array(try #require(request.text("body")).utf8)
        #expect(AWSSignature.hash(body) == expected.text("payloadHash"))
        let signature = AWSSignature(
            accessKey: try #require(keys.text("accessKeyId")), secretKey: try #require(keys.text("secretAccessKey")),
            sessionToken: keys.text("sessionToken"), region: try #require(vector.text("region")),
            service: try #require(vector.text("service")))
        let given = [
            HTTPRequest.Header("host", url.authority),
            HTTPRequest.Header("content-type", try #require(request.text("contentType"))),
            HTTPRequest.Header("x-amz-content-sha256", AWSSignature.hash(body)),
        ]
        // 2 January 2025, 03:04:05 UTC.
        let headers = signature.headers(
            method: "POST", path: url.basePath, headers: given, body: body, wallClockSeconds: 1_735_787_045)
        #expect(headers.first?.value == expected.text("date"))
        #expect(headers.last?.value == expected.text("authorization"))
        let canonical = AWSSignature.canonicalRequest(
            method: "POST", path: url.basePath, headers: given + headers.dropLast(), body: body)
        #expect(AWSSignature.hash(Array(canonical.text.utf8)) == expected.text("canonicalRequestHash"))
    }

    @Test func signatureIsBoundToItsTime() throws {
        let endpoint = try JudgeEndpoint(
            api: .bedrock, url: "https://bedrock-runtime.eu-central-1.amazonaws.com", model: "m",
            credential: .aws(accessKey: "AKIDEXAMPLE", secretKey: secret, sessionToken: nil))
        #expect(endpoint.region == "eu-central-1")
        let capabilities = EndpointCapabilities.presumed(for: endpoint)
        let requests = try [1_795_437_296, 1_795_437_297].map { time in
            try ProviderAdapter.makeRequest(
                ProviderFixture.call(), schema: ProviderFixture.schema, endpoint: endpoint, capabilities: capabilities,
                wallClockSeconds: time)
        }
        #expect(requests[0].body == requests[1].body)
        #expect(requests[0].headers != requests[1].headers)
        #expect(!requests[0].headers.contains { $0.name == "host" }, "the transport sends it")
    }

    /// The example key of AWS's documentation.
    private let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
}
