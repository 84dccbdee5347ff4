import Configuration
import FoundationEssentials
import OAuth
import Testing

/// Every parser of what comes from outside, fed with changed samples. A short run by default;
/// `VALETKEY_FUZZ_RUNS=1000000` makes a long one, `VALETKEY_FUZZ_SEED=N` repeats or varies it, and
/// `VALETKEY_FUZZ_INPUT=FILE` keeps the last input there.
///
/// A crash ends the process: the seed of the run is printed first, and the inputs follow from it. A hang meets the time
/// limit, or the caller's.
@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["VALETKEY_FUZZ_RUNS"].flatMap { Int($0) } ?? 2_000
    private static let seed = environment["VALETKEY_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    /// Stands where secrets stand. Nothing that is printed may hold it.
    private static let canary = "hunter2canary"

    /// What a crash leaves behind, where `VALETKEY_FUZZ_INPUT` names a file for it.
    private static let inputFile = environment["VALETKEY_FUZZ_INPUT"].map { URL(filePath: $0) }

    private func fuzz(
        _ name: String, _ samples: [String], _ check: ([UInt8], String) async throws -> Void
    ) async rethrows {
        print("fuzzing \(name): VALETKEY_FUZZ_SEED=\(Self.seed) VALETKEY_FUZZ_RUNS=\(Self.runs)")
        var mutator = Mutator(seed: Self.seed)
        let samples = samples.map { Array($0.utf8) }
        for _ in 0..<Self.runs {
            let input = mutator.input(from: samples)
            if let file = Self.inputFile { try? Data(input).write(to: file) }
            try await check(input, String(decoding: input, as: UTF8.self))
        }
    }

    /// Whether the canary is where the samples have it, and nowhere else.
    private func isWhereItWas(_ text: String, in place: String) -> Bool {
        text.contains(place) && text.components(separatedBy: Self.canary).count == 2
    }

    private func settings() throws -> AccountSettings {
        AccountSettings(
            name: "a", issuer: "https://as.example", client: Client(id: "me"),
            endpoints: Endpoints(
                authorization: try EndpointURL("https://as.example/a"), token: try EndpointURL("https://as.example/t")),
            scope: Scope(["openid"]), redirectURI: try RedirectURI("http://127.0.0.1/"))
    }

    // AUTHZ-4, AUTHZ-7, CALLBACK-1
    @Test func `no redirect convinces without the state, whatever it holds`() async throws {
        var random = SystemRandomNumberGenerator()
        let account = try #require(ResolvedAccount(try settings()))
        let endpoint = try #require(account.settings.endpoints.authorization)
        let request = AuthorizationRequest(
            account: account, endpoint: endpoint, redirectURI: "http://127.0.0.1:1/", using: &random)
        let state = request.state.expose()
        let samples = [
            "code=\(Self.canary)&state=\(state)&iss=https%3A%2F%2Fas.example",
            "error=access_denied&error_description=no+way&error_uri=https%3A%2F%2Fx&state=\(state)",
            "code=c&state=wrong&session_state=%E2%82%AC",
        ]
        await fuzz("the redirect", samples) { _, text in
            guard let fields = FormEncoding.decode(text) else { return }
            #expect(FormEncoding.decode(FormEncoding.encode(fields)) == fields)
            let response = request.check(fields)
            if fields.filter({ $0.name == "state" }).map(\.value) != [state] { #expect(response == .foreign) }
            #expect(!"\(response)".contains(state))
            if case .code = response { #expect(!"\(response)".contains(Self.canary)) }
            #expect(isPrintable("\(response)"))
        }
    }

    // TOKEN-4, TOKEN-6, KEEP-2
    @Test func `no token reply crashes, none without a token grants, and none shows one`() async {
        let samples = [
            #"{"access_token":"\#(Self.canary)","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"a b"}"#,
            #"{"access_token":"a","token_type":"dpop","expires_in":"3600","refresh_in":1.5,"id_token":"e30.e30.AA","x":[{"y":null}]}"#,
            #"{"error":"invalid_grant","error_description":"AADSTS700082: \u000d\u000a gone","error_uri":"https://x"}"#,
        ]
        await fuzz("token replies", samples) { input, text in
            for status in [200, 400, 503] {
                let reply = TokenReply(status: status, retryAfter: nil, body: Data(input))
                if case .granted(let tokens) = reply {
                    #expect(status == 200 && !tokens.accessToken.isEmpty)
                    #expect((tokens.expiresIn ?? .zero) >= .zero)
                }
                if case .refused(let error, _) = reply { #expect(isPrintable("\(error)")) }
                if isWhereItWas(text, in: #""access_token":"\#(Self.canary)""#) {
                    #expect(!"\(reply)".contains(Self.canary))
                }
            }
        }
    }

    // META-2, TLS-1
    @Test func `no metadata names another issuer or an endpoint without TLS`() async throws {
        let settings = try settings()
        let samples = [
            #"{"issuer":"https://as.example","authorization_endpoint":"https://as.example/a","token_endpoint":"https://as.example/t"}"#,
            #"{"issuer":"https://as.example","jwks_uri":"http://as.example/k","token_endpoint_auth_methods_supported":["none"],"mtls_endpoint_aliases":{"token_endpoint":"https://m.example/"}}"#,
        ]
        await fuzz("metadata", samples) { input, text in
            guard let metadata = try? ServerMetadata(Data(input), for: settings) else { return }
            #expect(text.contains("https://as.example") || text.contains("\\"))
            let urls = [
                metadata.endpoints.authorization, metadata.endpoints.token, metadata.certificateEndpoints.token,
                metadata.keys,
            ]
            for url in urls.compactMap(\.self) {
                #expect(url.text.lowercased().hasPrefix("https://") || url.isLoopback)
                #expect(!url.text.contains("#"))
            }
        }
    }

    // OIDC-1
    @Test func `no id_token, key set, device or pushed answer crashes, and no forged token is signed`() async throws {
        let settings = try settings()
        let key = SigningKey.make()
        let claims = ["iss": "https://as.example", "sub": "s", "aud": "me"]
        let good = try await JSONWebSignature.sign(claims, type: "JWT", key: key)
        let set = try JSONEncoder().encode(["keys": [key.webKey]])
        let keys = JSONWebKeySet([key.webKey])
        let samples = [
            good.expose(), String(decoding: set, as: UTF8.self),
            #"{"device_code":"d","user_code":"A-B","verification_uri":"https://as.example/d","expires_in":600,"interval":5}"#,
            #"{"request_uri":"urn:x","expires_in":60}"#,
            #"{"iss":"https://as.example","sub":"s","aud":["me"],"exp":1e300,"iat":-1e300}"#,
        ]
        await fuzz("tokens and answers", samples) { input, text in
            if let parts = JSONWebSignature.Parts(Secret(text)), await parts.isSigned(by: keys) {
                // The last character of base64 holds bits that mean nothing: all else must be as it was signed.
                #expect(text.dropLast() == good.expose().dropLast())
            }
            for text in [text, "e30.\(Base64URL.encode(input)).AA"] {
                _ = try? IdentityToken(Secret(text)).check(settings, nonce: nil, now: Date(timeIntervalSince1970: 1e9))
            }
            if let keys = JSONWebKeySet(Data(input)) { _ = await JSONWebSignature.Parts(good)?.isSigned(by: keys) }
            if let device = DeviceAuthorization(Data(input)) {
                #expect(isPrintable(device.userCode) && device.interval >= .seconds(1))
            }
            _ = PushedRequest(Data(input))
        }
    }

    // KEEP-2
    @Test func `no configuration crashes, every finding is printable, and none shows a secret`() async {
        let secret = "client_secret = \"\(Self.canary)\""
        let samples = [
            """
            [accounts.ads]
            provider = "microsoft-advertising"
            client_id = "app"
            \(secret)
            scopes = ["a", "b"]
            """,
            """
            # mail
            [accounts."team.mail"]
            issuer = "https://as.example"
            client_id = 'x'
            client_key = "~/k.pem"
            authorization_parameters = { prompt = "login", max_age = 3600 }
            refresh_before_expiry = "1h30m"
            dpop = true
            [daemon]
            consent_timeout = "10m"
            notify_command = []
            """,
        ]
        await fuzz("the configuration", samples) { _, text in
            let report = DaemonConfiguration.parse(text, file: "c")
            let shown = report.findings.map { "\($0)" }.joined(separator: "\n")
            #expect(isPrintable(shown.replacing("\n", with: " ")))
            for finding in report.findings {
                if let position = finding.position { #expect(position.line > 0 && position.column > 0) }
            }
            if isWhereItWas(text, in: "\n\(secret)\n") { #expect(!shown.contains(Self.canary)) }
            #expect(!"\(String(describing: report.configuration))".contains(Self.canary) || !text.contains(secret))
        }
    }

    private func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
