import APIContract
import Configuration
import FoundationEssentials
import Testing

@testable import Doctor

struct AccountCheckTests {
    private func results(_ name: String, _ change: (inout Facts) -> Void) throws -> [Diagnosis] {
        var facts = try Facts.healthy()
        change(&facts)
        return facts.results(name)
    }

    @Test(
        arguments: [
            (.active, .ok, nil), (.refreshing, .ok, nil), (.consentPending, .warning, "valetkey login acme"),
            (.retrying, .warning, "valetkey refresh acme"), (.noGrant, .wrong, "valetkey login acme"),
            (.consentRequired, .wrong, "valetkey login acme"), (.unavailable, .wrong, "valetkey refresh acme"),
            (.configurationError, .wrong, "valetkey config check"),
        ] as [(AccountState, Diagnosis.State, String?)])
    func `an account's state decides`(_ account: AccountState, _ state: Diagnosis.State, _ remedy: String?) throws {
        let results = try results("account") { $0.socket.accounts = .seen([.acme(account)]) }
        #expect(results.map(\.state) == [state] && results[0].remedy == remedy && results[0].account == "acme")
    }

    @Test func `the last error of an account is shown with its own remedy`() throws {
        let error = FailureReport(
            code: "invalid_client", detail: "the client secret has expired", hint: "make a new one")
        for (account, state) in [(AccountState.configurationError, Diagnosis.State.wrong), (.active, .warning)] {
            let results = try results("account") { $0.socket.accounts = .seen([.acme(account, error: error)]) }
            #expect(results.map(\.state) == [state] && results[0].found == "the client secret has expired")
            #expect(results[0].remedy == "make a new one")
        }
    }

    @Test func `each file of a token is shown, and one that isn't right is wrong`() throws {
        let error = FailureReport(code: "storage", detail: "there is no room", hint: "make some")
        var results: [Diagnosis] = []
        for file in [
            TokenFileReport(path: "/run/a", written: true), TokenFileReport(token: "x", path: "/run/b", written: false),
            TokenFileReport(path: "/run/c", written: true, lastError: error),
        ] {
            results += try self.results("token_files") {
                var report = AccountReport.acme()
                report.tokenFiles = [file]
                $0.socket.accounts = .seen([report])
            }
        }
        #expect(
            results.map(\.state) == [.ok, .ok, .wrong] && results.map(\.lookedAt) == ["/run/a", "/run/b", "/run/c"])
        #expect(
            results.map(\.found) == ["it has the newest token", "there is no token to write", "there is no room"])
        #expect(results.map(\.remedy) == [nil, nil, "make some"] && results.allSatisfy { $0.account == "acme" })
    }

    @Test func `scopes that weren't granted are wrong`() throws {
        let results = try results("scopes") {
            var report = AccountReport.acme()
            report.missingScope = ["calendar", "mail"]
            $0.socket.accounts = .seen([report])
        }
        #expect(results.map(\.state) == [.wrong] && results[0].found == "not granted: calendar mail")
        #expect(results[0].remedy == "valetkey login acme")
    }

    @Test(
        arguments: [(-1, .wrong), (0, .wrong), (1, .warning), (29, .warning), (30, nil), (400, nil)]
            as [(Int, Diagnosis.State?)])
    func `a client secret that has expired is wrong, and one that soon does is a warning`(
        days: Int, state: Diagnosis.State?
    ) throws {
        let results = try results("account") {
            var report = AccountReport.acme()
            report.clientExpiresAt = $0.now + Double(days) * 86_400
            $0.socket.accounts = .seen([report])
        }
        #expect(results.count == (state == nil ? 1 : 2) && (state == nil || results.last?.state == state))
    }

    @Test func `a login that ends soon is a warning`() throws {
        for (ends, count) in [(true, 2), (false, 1)] {
            let results = try results("account") {
                var report = AccountReport.acme()
                report.consentEndsSoon = ends
                $0.socket.accounts = .seen([report])
            }
            #expect(results.count == count && results.last?.state == (ends ? .warning : .ok))
        }
    }

    @Test(
        arguments: [
            (.failed, "the redirect URI isn't registered", "register it"),
            (.refused, "the redirect URI isn't registered", "register it"),
            (.expired, "nobody answered it in time", "valetkey explain --account acme ERROR"), (.granted, nil, nil),
            (.pending, nil, nil), (.cancelled, nil, nil), (.redeeming, nil, nil),
        ] as [(ConsentState, String?, String?)])
    func `a failed last login is a warning, and an unanswered one may mean the redirect URI`(
        _ state: ConsentState, _ found: String?, _ remedy: String?
    ) throws {
        let results = try results("last_login") {
            var consent = ConsentReport(
                account: "acme", id: "1", flow: .loopback, state: state, expiresAt: Date(timeIntervalSince1970: 0),
                expiresIn: 0)
            if state == .failed || state == .refused {
                consent.error = FailureReport(
                    code: "invalid_request", detail: "the redirect URI isn't registered", hint: "register it")
            }
            $0.socket.consents = ["acme": consent]
        }
        #expect(results.map(\.state) == (found == nil ? [] : [.warning]))
        #expect(results.first?.found.hasPrefix(found ?? "") ?? true)
        #expect(results.first?.remedy == remedy)
    }

    @Test func `errors of the configuration are wrong, and its warnings aren't`() throws {
        let findings = [
            Finding(file: "/c", position: .init(line: 3, column: 1), message: "unknown key", hint: "did you mean x?"),
            Finding(severity: .warning, file: "/c", message: "no offline_access"),
        ]
        let results = try results("configuration") { $0.configuration.report = ConfigurationReport(findings: findings) }
        #expect(results.map(\.state) == [.wrong, .warning] && results[0].lookedAt == "/c:3:1")
        #expect(results.map(\.remedy) == ["did you mean x?", "valetkey config check"])
        #expect(try self.results("configuration") { $0.configuration.path = nil }.map(\.state) == [.wrong])
    }

    @Test func `an account that neither the file nor the daemon has is refused, with similar names`() throws {
        var facts = try Facts.healthy()
        let fault = #expect(throws: NoSuchAccount.self) { try facts.check("acne") }
        #expect(fault == NoSuchAccount(name: "acne", near: ["acme"]))
        try facts.check("acme")
        facts.socket.accounts = .seen([AccountReport(account: "old", clientID: "app", state: .active, scope: [])])
        try facts.check("old")
        facts.configuration.report = ConfigurationReport(findings: [Finding(file: "/c", message: "broken")])
        try facts.check("acne")
    }

    @Test func `accounts that were added or removed since the daemon loaded the file are named`() throws {
        for names in [[], ["acme", "beta"]] {
            let results = try results("loaded") { facts in
                facts.socket.accounts = .seen(
                    names.map { AccountReport(account: $0, clientID: "app", state: .active, scope: []) })
            }
            #expect(results.map(\.state) == [.wrong] && results[0].remedy == "valetkey reload")
            #expect(results[0].found.hasSuffix(names.isEmpty ? "acme" : "beta"))
        }
        #expect(try results("loaded") { $0.socket.accounts = .unseen("down") }.isEmpty)
    }
}
