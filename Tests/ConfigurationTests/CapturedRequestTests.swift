import Accounts
import Configuration
import FoundationEssentials
import OAuth
import Testing
import Text
import Vendors

/// A request sent by one of two widely used clients of Microsoft's and Google's servers, with made-up identifiers and
/// tokens: an authorization URL, or the path of a token endpoint with the form after a question mark.
struct CapturedRequest: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    var fields: [String: String]

    static let all: [CapturedRequest] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/captured-requests.tsv")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "\t")
            guard columns.count == 2, let cut = columns[1].firstIndex(of: "?") else { return nil }
            let form = FormEncoding.decode(columns[1][columns[1].index(after: cut)...]) ?? []
            return CapturedRequest(
                name: String(columns[0]), path: String(columns[1][..<cut]),
                fields: Dictionary(form.map { ($0.name, $0.value) }) { $1 })
        }
    }()

    static func named(_ part: String) -> [CapturedRequest] { all.filter { $0.name.contains(part) } }

    /// The configuration of an account for the same client.
    var account: String {
        var lines = ["provider = \"\(provider)\"", "client_id = \"\(fields["client_id"] ?? "")\""]
        if let redirect = fields["redirect_uri"] { lines.append("redirect_uri = \"\(redirect)\"") }
        if let scope = fields["scope"] { lines.append("scopes = \"\(scope)\"") }
        if path.contains("/consumers/"), provider == "microsoft-advertising" { lines.append("tenant = \"consumers\"") }
        if let secret = fields["client_secret"] {
            lines.append("client_secret = \"\(secret)\"")
        } else if provider == "microsoft-advertising-google" {
            lines.append("client_authentication = \"none\"")
        }
        return "[accounts.a]\n" + lines.joined(separator: "\n")
    }

    /// Google has no sandbox; for that, the library uses Microsoft's.
    private var provider: String {
        switch name {
        case _ where name.contains("google-desktop-prod"): "microsoft-advertising-google"
        case _ where name.contains("live"): "microsoft-advertising-live"
        case _ where name.contains("ppe"): "microsoft-advertising-sandbox-ppe"
        case _ where name.contains("sandbox"): "microsoft-advertising-sandbox"
        default: "microsoft-advertising"
        }
    }

    func resolved() throws -> ResolvedAccount {
        let report = DaemonConfiguration.parse(account, file: "c", catalogue: .complete)
        let settings = try #require(report.configuration?.accounts["a"], "\(report.findings)")
        return try #require(ResolvedAccount(settings))
    }

    func request() throws -> AuthorizationRequest {
        let account = try resolved()
        var random = SystemRandomNumberGenerator()
        return AuthorizationRequest(
            account: account, endpoint: try #require(account.settings.endpoints.authorization),
            redirectURI: account.settings.redirectURI.text, using: &random)
    }

    var proof: ClientProof { fields["client_secret"].map { .post(Secret($0)) } ?? .name }

    var testDescription: String { name }
}

/// The intended differences between those clients and this one.
enum Differences {
    /// Parameters that differ for each request: the older library sends no PKCE, and MSAL has its own formats of
    /// identifiers and `state`.
    static let ofEachAttempt: Set<String> = ["state", "code_challenge", "nonce"]
    /// Parameters for the library's own use, which Microsoft's servers don't need (`client_info` describes the user's
    /// account).
    static let theirs: Set<String> = ["client_info", "environment", "oauth_scope", "tenant"]
    /// How the user is prompted, which valetkey leaves to the configuration (`authorization_parameters`).
    static let ofTaste: Set<String> = ["prompt", "response_mode"]
    /// PKCE, which this client always uses and the older library doesn't.
    static let ours: Set<String> = ["code_challenge", "code_challenge_method", "code_verifier"]
    /// MSAL sends the scope again when it redeems a code, and the device code under a second name. The RFCs define
    /// neither.
    static let ofRedemption: Set<String> = ["scope", "code"]
}

struct CapturedRequestTests {
    @Test func `the captured requests are found`() {
        #expect(CapturedRequest.named("authorize").count == 12)
        #expect(CapturedRequest.named("-token-").count == 26)
    }

    // TOKEN-1
    @Test(arguments: CapturedRequest.named("authorize"))
    func `our authorization URL has the same base and all relevant parameters`(
        _ captured: CapturedRequest
    ) throws {
        let request = try captured.request()
        let own = Dictionary(request.parameters.map { ($0.name, $0.value) }) { $1 }
        #expect(request.endpoint.text == captured.path)
        let ignored = Differences.ofEachAttempt.union(Differences.theirs).union(Differences.ofTaste)
        for (name, value) in captured.fields where !ignored.contains(name) {
            #expect(own[name] == value, "\(name)")
        }
        let more = Set(own.keys).subtracting(captured.fields.keys)
        #expect(more.isSubset(of: Differences.ours.union(["nonce", "access_type", "prompt"])))
        for name in Differences.ofEachAttempt where captured.fields[name] != nil {
            #expect(own[name] != nil, "\(name)")
        }
    }

    @Test(arguments: CapturedRequest.named("-authcode-"))
    func `our redemption of a code has all relevant parameters`(_ captured: CapturedRequest) throws {
        let post = ServerRequest.redeem(
            Secret(captured.fields["code"] ?? ""), of: try captured.request(), proof: captured.proof)
        try compare(post, captured, ignoring: Differences.ours.union(["scope"]))
    }

    @Test(arguments: CapturedRequest.named("refresh"))
    func `our refresh has all relevant parameters`(_ captured: CapturedRequest) throws {
        let scope = Scope(parsing: captured.fields["scope"] ?? "")
        let post = ServerRequest.refresh(
            Secret(captured.fields["refresh_token"] ?? ""), scope: scope, account: try captured.resolved(),
            proof: captured.proof)
        try compare(post, captured, ignoring: [])
    }

    // DEVICE-1
    @Test func `a device authorization and its polls have the parameters that the other client sends`() throws {
        let start = try #require(CapturedRequest.named("devicecode").first)
        let account = try start.resolved()
        let endpoint = try #require(account.settings.endpoints.deviceAuthorization)
        try compare(.authorizeDevice(at: endpoint, account: account, proof: .name), start, ignoring: [])
        let poll = try #require(CapturedRequest.named("devicetoken").first)
        let code = poll.fields["device_code"] ?? ""
        let document = #"{"device_code":"\#(code)","user_code":"A-B","verification_uri":"https://as.example/d"}"#
        let device = try #require(DeviceAuthorization(Data(document.utf8)))
        try compare(
            .poll(device, account: try poll.resolved(), proof: .name), poll, ignoring: Differences.ofRedemption)
    }

    private func compare(_ post: ServerRequest, _ captured: CapturedRequest, ignoring more: Set<String>) throws {
        let form = FormEncoding.decode(post.body.expose()) ?? []
        let own = Dictionary(form.map { ($0.name, $0.value) }) { "\($0), then \($1)" }
        #expect(post.endpoint.text.hasSuffix(captured.path))
        let ignored = Differences.theirs.union(more)
        for (name, value) in captured.fields where !ignored.contains(name) { #expect(own[name] == value, "\(name)") }
        #expect(Set(own.keys).subtracting(captured.fields.keys).isSubset(of: Differences.ours))
        let type = post.headers.first { $0.name == "Content-Type" }?.value
        #expect(type == "application/x-www-form-urlencoded")
    }
}
