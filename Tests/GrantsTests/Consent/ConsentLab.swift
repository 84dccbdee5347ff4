import Accounts
import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

@testable import Grants

/// A consent for tests, with the current moment and the actions of its last event.
struct ConsentLab {
    var machine: ConsentMachine
    var actions: [ConsentAction]
    var now = start
    private var random = Jitter(seed: 7)
    private var lastWaiter: UInt64 = 1

    static let starter = WaiterID(number: 1)
    static let timeout = Duration.seconds(600)

    /// A consent whose endpoints are being looked up.
    init(_ flow: Consent.Flow, key: Secret? = nil, _ change: (inout AccountSettings) throws -> Void = { _ in }) throws {
        var settings = try AccountSettings.consenting("demo")
        try change(&settings)
        let terms = ConsentTerms(
            settings: settings, key: key, timeout: Self.timeout, catalogue: ProviderCatalogue(vendors: [Warner()]))
        (machine, actions) = ConsentMachine.start(terms, id: "c1", flow: flow, for: Self.starter, now: start)
    }

    mutating func happen(_ event: (inout ConsentMachine, Moment) -> [ConsentAction]) {
        actions = event(&machine, now)
    }

    mutating func pass(_ duration: Duration) {
        now = now + duration
    }

    /// Advances the time to the next wake, and wakes the consent.
    mutating func wake() throws {
        let next = try #require(machine.nextWake)
        pass(next - now.instant)
        happen { $0.wake(now: $1) }
    }

    mutating func waiter() -> WaiterID {
        lastWaiter += 1
        return WaiterID(number: lastWaiter)
    }

    // MARK: - Events

    mutating func resolved(_ failure: Failure? = nil) throws {
        let account = try #require(ResolvedAccount(try terms.settings))
        let result: Result<ResolvedAccount, Failure> = failure.map { .failure($0) } ?? .success(account)
        actions = machine.resolved(result, now: now, using: &random)
    }

    mutating func listening(_ failure: Failure? = nil) {
        let bound = BoundListener(port: 4711, openURL: "http://127.0.0.1:4711/open")
        let result: Result<BoundListener, Failure> = failure.map { .failure($0) } ?? .success(bound)
        actions = machine.listening(result, now: now, using: &random)
    }

    mutating func pushed(_ uri: String, life: Int = 60) throws {
        let document = #"{"request_uri":"\#(uri)","expires_in":\#(life)}"#
        let request = try #require(PushedRequest(Data(document.utf8)))
        happen { $0.pushed(.success(request), now: $1) }
    }

    static func device(interval: Int = 5, life: Int = 300) throws -> DeviceAuthorization {
        let document = """
            {"device_code":"dc","user_code":"AB-CD","verification_uri":"https://as.example/d","interval":\(interval),
            "verification_uri_complete":"https://as.example/d?c=AB-CD","expires_in":\(life)}
            """
        return try #require(DeviceAuthorization(Data(document.utf8)))
    }

    mutating func deviceAuthorized(interval: Int = 5, life: Int = 300) throws {
        let device = try Self.device(interval: interval, life: life)
        happen { $0.deviceAuthorized(.success(device), now: $1) }
    }

    // MARK: - Consents at each stage

    static func waiting(
        _ flow: Consent.Flow = .loopback, key: Secret? = nil,
        _ change: (inout AccountSettings) throws -> Void = { _ in }
    ) throws -> ConsentLab {
        var lab = try ConsentLab(flow, key: key, change)
        try lab.resolved()
        if flow == .loopback { lab.listening() }
        return lab
    }

    static func pushing(_ flow: Consent.Flow = .loopback) throws -> ConsentLab {
        try waiting(flow) { $0.pushesRequest = true }
    }

    static func polling(interval: Int = 5, life: Int = 300) throws -> ConsentLab {
        var lab = try ConsentLab(.device)
        try lab.resolved()
        try lab.deviceAuthorized(interval: interval, life: life)
        return lab
    }

    static func redeeming(_ flow: Consent.Flow = .loopback, key: Secret? = nil) throws -> ConsentLab {
        var lab = try waiting(flow, key: key)
        let browser = lab.waiter()
        let fields = try lab.response("code", "c")
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        return lab
    }

    static func keeping(
        _ tokens: IssuedTokens = .example(), flow: Consent.Flow = .loopback, key: Secret? = nil
    ) throws -> ConsentLab {
        var lab = try redeeming(flow, key: key)
        lab.happen { $0.redeemed(.granted(tokens, sent: $1), now: $1) }
        return lab
    }

    static func granted() throws -> ConsentLab {
        var lab = try keeping()
        lab.happen { $0.kept(.kept, now: $1) }
        return lab
    }

    // MARK: - Results

    var terms: ConsentTerms {
        get throws {
            guard case .live(let terms, _) = machine.phase else { throw NotThere() }
            return terms
        }
    }

    /// The request in the URL that the browser is sent to.
    var request: AuthorizationRequest {
        get throws {
            switch machine.phase {
            case .live(_, .waiting(let wait)), .live(_, .pushing(let wait)): return wait.request
            default: throw NotThere()
            }
        }
    }

    /// The fields of a response with the right `state`.
    func response(_ name: String, _ value: String) throws -> [FormField] {
        [FormField("state", try request.state.expose()), FormField(name, value)]
    }

    var consent: Consent { machine.consent(at: now) }

    private struct NotThere: Error {}
}

extension AccountSettings {
    static func consenting(_ name: String, redirect: String = "http://127.0.0.1/callback") throws -> AccountSettings {
        AccountSettings(
            name: name, issuer: "https://as.example", client: Client(id: "app"),
            endpoints: Endpoints(
                authorization: try EndpointURL("https://as.example/authorize"),
                token: try EndpointURL("https://as.example/token")),
            scope: Scope(["mail"]), redirectURI: try RedirectURI(redirect))
    }
}

extension Failure {
    static let noReply = Failure(.connection, "nobody is there", hint: "look", at: start.wall)
}

extension RefreshOutcome {
    static func refused(_ word: String, retryAfter: Duration? = nil) -> RefreshOutcome {
        .failed(Failure(OAuthError(word), account: "demo", retryAfter: retryAfter, at: start.wall))
    }

    static func failed(_ code: FailureCode = .timeout, retryAfter: Duration? = nil) -> RefreshOutcome {
        .failed(Failure(code, "no reply", retryAfter: retryAfter, at: start.wall))
    }
}

/// A vendor that refuses the scope `blocked` and knows the error `special`.
struct Warner: Vendor {
    let presets: [Provider] = []

    func reading(of error: OAuthError, account: RemedyAccount) -> VendorReading? {
        error.word == "special" ? VendorReading(remedy: "ask the vendor") : nil
    }

    func explanation(of text: String, account: RemedyAccount) -> String? {
        text.hasPrefix("SPECIAL7") ? "SPECIAL7: ask the vendor of \(account)" : nil
    }

    func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? {
        granted.contains("blocked") ? VendorRefusal(detail: "the API refuses it", hint: "ask for another") : nil
    }
}

/// All secrets inside a value, at any depth.
func secrets(in value: Any) -> Set<Secret> {
    if let secret = value as? Secret { return [secret] }
    return Mirror(reflecting: value).children.reduce(into: []) { $0.formUnion(secrets(in: $1.value)) }
}
