import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentUserTests {
    private typealias Lab = ConsentLab

    private func redeemed(_ names: [String]?, isKnown: Bool = true, expecting user: String?) throws -> Lab {
        var lab = try Lab.waiting { $0.expectedUser = user }
        let (fields, browser) = (try lab.response("code", "c"), lab.waiter())
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        var tokens = IssuedTokens.example()
        if isKnown {
            tokens.identity = Identity(issuer: "https://as.example", subject: "s1", audience: ["app"], names: names)
        }
        lab.happen { $0.redeemed(.granted(tokens, sent: $1), now: $1) }
        return lab
    }

    @Test(
        arguments: [
            (["anna@example.com"], nil), (nil, nil), (["Anna@Example.com"], "anna@example.com"),
            (["anna", "anna@example.com"], "anna@example.com"), (nil, "s1"),
        ] as [([String]?, String?)])
    func `a consent of the expected user is kept`(_ names: [String]?, _ expected: String?) throws {
        var lab = try redeemed(names, expecting: expected)
        guard case .keep(let grant, _) = lab.actions.first else {
            Issue.record("\(lab.actions)")
            return
        }
        #expect(grant.identity?.user == names?.first ?? "s1")
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.consent.grant?.identity == grant.identity)
        let page = lab.actions.first
        #expect(
            page
                == .answerBrowsers(
                    [WaiterID(number: 2)],
                    .page(
                        .granted(
                            account: "demo", scope: grant.scope, missingScope: grant.missingScope,
                            user: grant.identity?.user))))
    }

    @Test func `a consent of another user is refused and nothing is kept`() throws {
        let lab = try redeemed(["berta@example.com"], expecting: "anna@example.com")
        let failure = try #require(lab.consent.failure)
        #expect(lab.consent.state == .failed && failure.code == .otherUser && failure.code.facts.exit == .consentNeeded)
        #expect(failure.detail == "berta@example.com consented, not anna@example.com: nothing was kept")
        #expect(failure.hint?.hasSuffix("valetkey login demo") == true)
        #expect(lab.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.failed(failure))))
        #expect(!lab.actions.contains { if case .keep = $0 { true } else { false } })
    }

    @Test func `a consent of an unknown user is refused if a certain one is expected`() throws {
        let lab = try redeemed(nil, isKnown: false, expecting: "anna@example.com")
        #expect(lab.consent.state == .failed && lab.consent.failure?.code == .otherUser)
        #expect(lab.consent.failure?.hint?.contains("openid") == true)
        let free = try redeemed(nil, isKnown: false, expecting: nil)
        #expect(free.consent.state == .redeeming)
    }
}
