import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct ConsentEndTests {
    private typealias Lab = ConsentLab

    @Test func `the grant is for the settings that the consent began with, and has its key`() throws {
        var lab = try Lab.redeeming(key: Secret("k"))
        let settings = try lab.terms.settings
        let tokens = IssuedTokens.example(scope: Scope(["calendar"]))
        lab.pass(.seconds(3))
        lab.happen { $0.redeemed(.granted(tokens, sent: start), now: $1) }
        let grant = Grant(tokens, requestedScope: Scope(["mail"]), sent: start, proofKey: Secret("k"))
        #expect(lab.actions == [.keep(grant, settings)])
        #expect(lab.consent.state == .redeeming && !lab.machine.isOver)
    }

    // CALLBACK-4, TOKEN-7
    @Test func `a consent is granted once the grant is stored, and reports what was granted`() throws {
        var lab = try Lab.keeping(.example(scope: Scope(["calendar", "blocked"])))
        let waiter = lab.waiter()
        lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        #expect(lab.actions.isEmpty)
        lab.happen { $0.kept(.kept, now: $1) }
        let verdict = ConsentVerdict.granted(
            account: "demo", scope: Scope(["calendar", "blocked"]), missingScope: Scope(["mail"]))
        #expect(
            lab.actions == [
                .answerBrowsers([WaiterID(number: 2)], .page(verdict)), .answerWaiters([waiter], lab.consent),
                .tell(.ended(lab.consent)), .retireListener,
            ])
        // A scope that the vendor's API will refuse is reported, although there is a grant.
        let warning = Failure(.refusedScope, "the API refuses it", hint: "ask for another", at: start.wall)
        #expect(lab.consent.state == .granted && lab.consent.failure == warning)
        #expect(
            lab.consent.grant?.scope == Scope(["calendar", "blocked"])
                && lab.consent.grant?.missingScope == Scope(["mail"]))
        #expect(lab.consent.grant?.tokenExpires == (start + .seconds(3600)).instant)
        #expect(lab.consent.redirectURI == "http://127.0.0.1:4711/callback" && lab.consent.openURL == nil)
    }

    @Test func `a grant without a refresh token has a warning, unless the client acts for itself`() throws {
        var lab = try Lab.keeping(.example(refresh: nil, scope: Scope(["blocked"])))
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.consent.state == .granted && lab.consent.failure?.code == .noRefreshToken)
        var own = try Lab(.clientCredentials)
        try own.resolved()
        own.happen { $0.redeemed(.granted(.example(refresh: nil), sent: $1), now: $1) }
        guard case .keep(let grant, _) = own.actions.first else {
            Issue.record("nothing is kept")
            return
        }
        #expect(grant.isOwn)
        own.happen { $0.kept(.kept, now: $1) }
        #expect(own.actions == [.tell(.ended(own.consent))])
        #expect(own.consent.state == .granted && own.consent.failure == nil)
    }

    @Test func `a grant that the disk refuses is granted, and its page says that it isn't saved`() throws {
        var lab = try Lab.keeping()
        lab.happen { $0.kept(.unsaved(.disk), now: $1) }
        #expect(lab.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.unsaved(.disk))))
        #expect(lab.consent.state == .granted && lab.consent.failure == .disk && lab.consent.grant != nil)
    }

    @Test func `a consent fails where the account can't use its grant, or has changed`() throws {
        var unusable = try Lab.keeping()
        unusable.happen { $0.kept(.unusable(.noReply), now: $1) }
        #expect(unusable.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.failed(.noReply))))
        #expect(unusable.consent.state == .failed && unusable.consent.grant == nil)
        var changed = try Lab.keeping()
        changed.happen { $0.kept(.accountChanged, now: $1) }
        #expect(changed.consent.state == .failed && changed.consent.failure?.code == .accountChanged)
        #expect(changed.consent.failure?.hint == "run: valetkey login demo" && changed.consent.grant == nil)
    }

    @Test func `a code that is refused, or isn't answered, ends the consent with a hint`() throws {
        let outcomes: [(RefreshOutcome, FailureCode, String)] = [
            (.refused("invalid_client"), .invalidClient, "check client_id"),
            (.failed(), .timeout, "run: valetkey login demo"),
            (.failed(Failure(.tls, "d", hint: "mend it", at: start.wall)), .tls, "mend it"),
        ]
        for (outcome, code, hint) in outcomes {
            var lab = try Lab.redeeming()
            lab.happen { $0.redeemed(outcome, now: $1) }
            let failure = try #require(lab.consent.failure)
            #expect(lab.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.failed(failure))))
            #expect(lab.consent.state == .failed && failure.code == code && failure.hint?.hasPrefix(hint) == true)
        }
    }

    // A7
    @Test func `a token that has expired on arrival is a failure`() throws {
        var lab = try Lab.keeping(.example(expiresIn: .zero))
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.consent.state == .failed && lab.consent.failure?.code == .unusableToken)
        for refresh in [nil, "r1"] {
            var short = try Lab.keeping(.example(expiresIn: .seconds(1), refresh: refresh))
            short.happen { $0.kept(.kept, now: $1) }
            #expect(short.consent.state == .granted)
        }
    }

    // A4, A7
    @Test(arguments: [nil, .zero] as [Duration?])
    func `a token without a lifetime and a refresh token is a success without a warning`(
        life: Duration?
    ) throws {
        var lab = try Lab.keeping(.example(expiresIn: life, refresh: nil))
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.consent.state == .granted && lab.consent.failure == nil)
        #expect(lab.consent.grant?.tokenExpires == nil)
    }

    @Test func `a result that no stage waits for has no effect`() throws {
        var waiting = try Lab.waiting()
        waiting.happen { $0.redeemed(.granted(.example(), sent: $1), now: $1) }
        #expect(waiting.actions.isEmpty && waiting.consent.state == .pending)
        var redeeming = try Lab.redeeming()
        redeeming.happen { $0.kept(.kept, now: $1) }
        #expect(redeeming.actions.isEmpty && redeeming.consent.state == .redeeming)
        var keeping = try Lab.keeping()
        keeping.happen { $0.redeemed(.refused("invalid_grant"), now: $1) }
        #expect(keeping.actions.isEmpty && keeping.consent.state == .redeeming)
    }

    // MARK: - Cancel and time

    @Test func `a cancel ends the wait for the user, and only once`() throws {
        for var lab in [try Lab.waiting(), try Lab.waiting(.paste), try Lab.polling()] {
            lab.happen { $0.cancel(now: $1) }
            #expect(lab.actions.first == .tell(.ended(lab.consent)))
            #expect(lab.consent.state == .cancelled && lab.machine.isCancelled && lab.machine.nextWake == nil)
            #expect(lab.actions.contains(.retireListener) == (lab.machine.flow == .loopback))
            lab.happen { $0.cancel(now: $1) }
            #expect(lab.actions.isEmpty)
        }
    }

    @Test func `neither a cancel nor the time limit ends a consent that is being redeemed or stored`() throws {
        for var lab in [try Lab.redeeming(), try Lab.keeping()] {
            lab.happen { $0.cancel(now: $1) }
            #expect(lab.actions.isEmpty && !lab.machine.isCancelled)
            lab.pass(.seconds(10_000))
            lab.happen { $0.wake(now: $1) }
            #expect(lab.actions.isEmpty && lab.consent.state == .redeeming && lab.machine.nextWake == nil)
        }
    }

    @Test func `a cancel after the time is up expires the consent`() throws {
        var lab = try Lab.waiting(.paste)
        lab.pass(Lab.timeout)
        lab.happen { $0.cancel(now: $1) }
        #expect(lab.actions == [.tell(.ended(lab.consent))])
        #expect(lab.consent.state == .expired && !lab.machine.isCancelled)
    }

    // MARK: - Waiting callers

    @Test func `a waiting caller is answered at its deadline, not before, and not again at the end`() throws {
        var lab = try Lab.waiting(.paste)
        let (early, late) = (lab.waiter(), lab.waiter())
        lab.happen { $0.wait(early, until: $1.instant + .seconds(10), now: $1) }
        lab.happen { $0.wait(late, until: $1.instant + .seconds(1000), now: $1) }
        #expect(lab.actions.isEmpty && lab.machine.nextWake == (start + .seconds(10)).instant)
        lab.pass(.seconds(10) - .nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
        lab.pass(.nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions == [.answerWaiters([early], lab.consent)])
        #expect(lab.consent.state == .pending)
        lab.pass(.seconds(590))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.first == .answerWaiters([late], lab.consent))
        #expect(lab.consent.state == .expired)
    }

    @Test func `a caller that doesn't wait, or comes after the end, is answered at once`() throws {
        var lab = try Lab.waiting(.paste)
        let waiter = lab.waiter()
        lab.happen { $0.wait(waiter, until: $1.instant, now: $1) }
        #expect(lab.actions == [.answerWaiters([waiter], lab.consent)])
        lab.happen { $0.cancel(now: $1) }
        lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        #expect(lab.actions == [.answerWaiters([waiter], lab.consent)])
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
    }

    @Test func `a caller that waits longer than the user may take is answered when the time is up`() throws {
        var lab = try Lab.waiting(.paste)
        lab.pass(Lab.timeout)
        let waiter = lab.waiter()
        lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        #expect(lab.actions == [.tell(.ended(lab.consent)), .answerWaiters([waiter], lab.consent)])
        #expect(lab.consent.state == .expired)
    }

    @Test func `a caller that has gone is released, and no other`() throws {
        var lab = try Lab.waiting(.paste)
        let (gone, other) = (lab.waiter(), lab.waiter())
        for waiter in [gone, other] { lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) } }
        lab.happen { $0.release([gone], now: $1) }
        #expect(lab.actions == [.answerWaiters([gone], lab.consent)])
        lab.happen { $0.release([gone], now: $1) }
        #expect(lab.actions.isEmpty)
        lab.happen { $0.cancel(now: $1) }
        #expect(lab.actions.first == .answerWaiters([other], lab.consent))
    }

    // MARK: - After the end

    // KEEP-4
    @Test func `a consent that is over holds no secret`() throws {
        var ends: [Lab] = [try .granted()]
        for var lab in [try Lab.waiting(key: Secret("k")), try Lab.waiting(.paste), try Lab.polling()] {
            var expired = lab
            lab.happen { $0.cancel(now: $1) }
            expired.pass(Lab.timeout)
            expired.happen { $0.wake(now: $1) }
            ends += [lab, expired]
        }
        for var lab in [try Lab.redeeming(), try Lab.keeping()] {
            lab.happen { $0.redeemed(.failed(), now: $1) }
            lab.happen { $0.kept(.unusable(.noReply), now: $1) }
            ends.append(lab)
        }
        var denied = try Lab.waiting()
        let (fields, browser) = (try denied.response("error", "access_denied"), denied.waiter())
        denied.happen { $0.respond(fields, from: browser, now: $1) }
        var unbegun = try Lab(.loopback, key: Secret("k"))
        try unbegun.resolved(.noReply)
        for lab in ends + [denied, unbegun] {
            #expect(lab.machine.isOver && secrets(in: lab.machine).isEmpty)
        }
        #expect(secrets(in: try Lab.waiting(key: Secret("k")).machine).count == 3)
        #expect(secrets(in: try Lab.polling().machine) == [Secret("dc")])
    }

    // KEEP-2
    @Test func `the events and the log of an end contain neither state nor code`() throws {
        var lab = try Lab.waiting()
        let (state, browser) = (try lab.request.state.expose(), lab.waiter())
        lab.happen {
            $0.respond(
                [FormField("state", state), FormField("error", "x"), FormField("error_description", state)],
                from: browser, now: $1)
        }
        #expect(lab.machine.isOver && !"\(lab.actions)".contains(state))
    }
}
