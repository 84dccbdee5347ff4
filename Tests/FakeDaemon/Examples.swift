package import APIContract
package import APIServer
package import Failures
package import FoundationEssentials
package import MicrosoftAdvertisingContract
import Text

extension Date {
    package static let example = Date(timeIntervalSince1970: 1_800_000_000)
}

extension HandedToken {
    package static func example(_ token: String, type: String = "Bearer") -> HandedToken {
        HandedToken(
            TokenContent(accessToken: token, tokenType: type, scope: ["read", "write"]),
            validity: .milliseconds(3_599_900))
    }
}

extension AdvertisingHeaders {
    /// One with all of its members.
    package static let example = AdvertisingHeaders(
        authenticationToken: "token-of-ads", developerToken: "developer", customerID: "1", customerAccountID: "2",
        identityProvider: "Google")
}

extension TokenAnswer {
    package static func example(_ account: String, _ token: String) -> TokenAnswer {
        TokenAnswer(
            account: account, accessToken: token, tokenType: "Bearer", scope: "read write", expiresAt: .example,
            expiresIn: 3599, expiresOn: 1_800_000_000)
    }
}

extension Problem {
    /// What each account that is in trouble answers.
    package static let troubles: [String: Problem] = [
        "unconsented": .example(.consentRequired), "misconfigured": .example(.configurationError),
        "down": .example(.temporarilyUnavailable, retryAfter: 17), "busy": .example(.tooManyRequests, retryAfter: 5),
        "broken": .example(.internalError), "forbidden": .example(.forbidden),
        "stuck": .example(.storage),
    ]

    package static func example(
        _ code: FailureCode, near: [String]? = nil, retryAfter: Int? = nil
    ) -> Problem {
        Problem(
            code, "what is wrong: \(code.rawValue)",
            hint: "what to do about \(code.rawValue)", near: near, retryAfter: retryAfter)
    }
}

extension ConsentReport {
    /// One with all of its members.
    package static func example(
        _ account: String, flow: ConsentFlow = .loopback, state: ConsentState = .pending
    ) -> ConsentReport {
        var report = ConsentReport(
            account: account, id: "c1", flow: flow, state: state, openURL: "http://127.0.0.1:4711/open",
            authorizationURL: "https://as.example/authorize?a=b&c=d", redirectURI: "http://127.0.0.1:4711/",
            userCode: "ABCD-EFGH", verificationURI: "https://as.example/device",
            verificationURIComplete: "https://as.example/device?user_code=ABCD-EFGH", expiresAt: .example,
            expiresIn: 299, scope: ["read"], missingScope: ["write"], tokenExpiresIn: 3600,
            error: failure(account, state))
        (report.user, report.sameUserAs) = ("anna@example.com", ["other"])
        return report
    }
}

/// "mail" is a client that the server doesn't know, or doesn't let stay.
private func failure(_ account: String, _ state: ConsentState) -> FailureReport? {
    switch (account, state) {
    case ("mail", .granted): FailureReport(.noRefreshToken, "it can't be refreshed", at: .example)
    case ("mail", _): FailureReport(.invalidClient, "who are you", at: .example)
    case (_, .granted): nil
    default: FailureReport(.accessDenied, "somebody said no", at: .example)
    }
}

extension AccountReport {
    /// One with all of its members.
    package static func example(_ account: String, state: AccountState = .active) -> AccountReport {
        AccountReport(
            account: account, provider: "example", issuer: "https://as.example", clientID: "the client", state: state,
            scope: ["read"], missingScope: ["write"], expiresAt: .example, expiresIn: 3599, lifetime: 3600,
            nextRefreshAt: .example, nextRefreshIn: 3000, consentedAt: .example, refreshedAt: .example, unsaved: true,
            lastError: FailureReport(.network, "no network", hint: "plug it in", at: .example),
            consent: .example(account))
    }
}

extension HealthReport {
    package static let example = HealthReport(
        status: "ok", version: "9.8.7", accounts: 2, unsaved: 1, uptime: 77, sandboxedCallers: .refused, pid: 4711)
}

extension ReaderList {
    /// One with all of its members.
    package static func example(_ account: String) -> ReaderList {
        ReaderList(
            account: account,
            readers: [
                ReaderReport(
                    socket: "main", uid: 1000, unit: "backup.service", program: "/usr/bin/curl", first: .example,
                    last: .example, count: 3, expected: false)
            ], others: 1)
    }
}

extension ProofAnswer {
    package static func example(_ account: String) -> ProofAnswer {
        ProofAnswer(account: account, proof: "a.signed.proof", isBound: true)
    }
}

extension RevocationReport {
    package static let example = RevocationReport(state: .failed, detail: "no network", hint: "plug it in")
}

extension KeyReport {
    package static let example = KeyReport(
        kind: "passphrase", state: .locked, detail: "locked", hint: "unlock it", resealed: 1)
}

extension ShareReport {
    /// One with all of its members.
    package static let example = ShareReport(
        host: "build-7", era: 3, generation: 12,
        claim: .init(host: "build-8", since: .example, own: false, inDoubt: true, takenOverAt: .example),
        unreachableSince: .example, problem: FailureReport(.storeUnreachable, "no reply", at: .example),
        unpublished: true)
}

extension StoreReport {
    /// One whose first member, host and account have all of their members.
    package static let example: StoreReport = {
        var report = StoreReport(kind: "etcd", fleet: "ads-team", host: "h-1", hostName: "build-1")
        (report.sealsWith, report.opensWith) = ("key-2", ["key-2", "key-1"])
        let problem = FailureReport(.storeUnreachable, "no reply", hint: "look", at: .example)
        report.problem = problem
        var member = Member(endpoint: "https://etcd-1:2379")
        (member.reachable, member.leader, member.latencyMs) = (true, true, 3)
        (member.version, member.problem) = ("3.4.23", problem)
        report.members = [member, Member(endpoint: "https://etcd-2:2379")]
        var host = Host(host: "h-7", own: false)
        (host.name, host.version, host.seenAt, host.seenAgo) = ("build-7", "9.8.7", .example, 125)
        (host.sealsWith, host.opensWith, host.lacks, host.problem) = ("key-1", ["key-1"], ["key-2"], problem)
        report.hosts = [host, Host(host: "h-1", own: true)]
        report.accounts = [Account(account: "ads", refreshedAt: .example, share: .example)]
        return report
    }()
}

package enum Examples {
    /// One of each type that goes over the socket, with all of its members.
    package static let all: [any ContractType & Equatable] = [
        token, docker, docker.registries[0], IDTokenAnswer(account: "ads", idToken: "jwt", expiresAt: .example),
        account, further, tokenFile,
        AccountList(accounts: [account]), RevocationReport.example,
        FailureReport(.network, "no network", hint: "plug it in", at: .example),
        consent, ConsentRequest(flow: .paste, claims: "{}", acrValues: "a b", maxAge: 60),
        PastedRedirect(redirect: "code", takesCode: false),
        HealthReport.example, ReaderList.example("ads"), ReaderList.example("ads").readers[0],
        ProofAnswer.example("ads"),
        ProofRequest(method: "GET", url: "https://api.example", nonce: "n"), AdvertisingHeaders.example,
        AdvertisingCustomer(customerID: "1", customerAccountID: "2"),
        ReloadReport(
            added: ["a"], removed: ["b"], changed: [], unchanged: ["c"], settings: ["log_level"], notes: ["d"]),
        RegistrationReport.example("ads"),
        NewRegistration(
            issuer: "https://auth.example", clientID: "c", clientSecret: "s", registrationAccessToken: "t",
            registrationClientURI: "https://auth.example/c"),
        StoreReport.example, StoreReport.example.members[0], StoreReport.example.hosts[0],
        StoreReport.example.accounts[0],
        KeyReport.example, UnlockRequest(passphrase: "p", isNew: true),
        RotationRequest(passphrase: "p", newPassphrase: "n"),
        Problem.example(.temporarilyUnavailable, near: ["ads"], retryAfter: 17),
    ]

    static let docker = DockerReport(registries: [
        RegistryReport(registry: "registry.example", account: "ads", username: "oauth2accesstoken"),
        RegistryReport(registry: "other.example:5000", account: "unconsented", username: "me"),
        RegistryReport(registry: "third.example", account: "mail/graph", username: "me"),
    ])

    private static var token: TokenAnswer {
        var token = TokenAnswer.example("ads", "token")
        token.token = "graph"
        token.extra = ["instance_url": .text("https://x.example"), "uses": .whole(7)]
        return token
    }

    private static var consent: ConsentReport {
        var consent = ConsentReport.example("ads")
        consent.joined = true
        return consent
    }

    private static var further: TokenReport {
        TokenReport(
            token: "graph", state: .refused, scope: ["read"], resource: ["https://graph.example"], audience: "api",
            expiresAt: .example, expiresIn: -5, nextRefreshAt: .example, nextRefreshIn: 0,
            lastError: FailureReport(.invalidScope, "refused", hint: "change it", at: .example))
    }

    private static var tokenFile: TokenFileReport {
        TokenFileReport(
            token: "graph", path: "/run/user/1000/valetkey/graph", written: true,
            lastError: FailureReport(.storage, "full", hint: "make room", at: .example))
    }

    private static var account: AccountReport {
        var account = AccountReport.example("ads")
        account.unusedLimit = 7_776_000
        account.label = "Müller GmbH"
        (account.user, account.sameUserAs) = ("anna@example.com", ["other"])
        account.revocation = .example
        account.consentExpiresAt = .example
        account.consentEndsSoon = false
        account.clientExpiresAt = .example
        account.tokens = [further]
        account.tokenFiles = [tokenFile]
        account.share = .example
        return account
    }
}

extension RegistrationReport {
    package static func example(_ account: String) -> RegistrationReport {
        RegistrationReport(account: account, issuer: "https://auth.example", clientID: "c-1", isDeletable: true)
    }
}
