import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentResponseTests {
    private typealias Lab = ConsentLab

    private func respond(_ lab: inout Lab, _ fields: [FormField]) -> WaiterID {
        let browser = lab.waiter()
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        return browser
    }

    @Test func `the browser is redirected to the authorization server each time it comes`() throws {
        var lab = try Lab.waiting()
        for _ in 0..<2 {
            let browser = lab.waiter()
            lab.happen { $0.browserCame(browser, now: $1) }
            #expect(lab.actions == [.answerBrowsers([browser], .forward(to: try lab.request.url))])
        }
        #expect(lab.consent.state == .pending)
    }

    // AUTHZ-6, B2
    @Test func `the first code is redeemed, and no second one, whatever response comes`() throws {
        var lab = try Lab.waiting()
        let (request, first, second) = (try lab.request, try lab.response("code", "c"), try lab.response("code", "d"))
        let browser = respond(&lab, first)
        #expect(lab.actions == [.redeem(code: Secret("c"), request, key: nil)])
        #expect(lab.consent.state == .redeeming && lab.consent.authorizationURL == nil && lab.consent.openURL == nil)
        let again = respond(&lab, first)
        #expect(lab.actions.isEmpty)
        let other = respond(&lab, second)
        #expect(lab.actions == [.answerBrowsers([other], .page(.alreadyUsed))])
        lab.happen { $0.redeemed(.granted(.example(), sent: $1), now: $1) }
        let late = respond(&lab, first)
        #expect(lab.actions.isEmpty)
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.actions.first == .answerBrowsers([browser, again, late], .page(Self.granted)))
    }

    private static let granted = ConsentVerdict.granted(
        account: "demo", scope: Scope(["mail"]), missingScope: Scope([]))

    // AUTHZ-4, CALLBACK-1
    @Test func `a response with a wrong state has no effect, before and after the end`() throws {
        var waiting = try Lab.waiting()
        let state = try waiting.request.state.expose()
        let wrong = [
            "", String(state.dropLast()), "\(state)x", String(state.dropFirst()), state.lowercased() + "A",
            String(state.reversed()),
        ]
        let code = FormField("code", "c")
        var responses = wrong.map { [FormField("state", $0), code] }
        responses += [[code], [FormField("state", state), FormField("state", state), code]]
        var over = waiting
        _ = respond(&over, [FormField("state", state), code])
        for response in responses {
            for lab in [waiting, over] {
                var lab = lab
                let before = lab.consent
                let browser = respond(&lab, response)
                #expect(lab.actions == [.answerBrowsers([browser], .page(.foreign))])
                #expect(lab.consent == before)
            }
        }
        _ = respond(&waiting, [FormField("state", state), code])
        #expect(waiting.consent.state == .redeeming)
    }

    @Test func `a user's refusal ends the consent, with the server's words`() throws {
        var lab = try Lab.waiting()
        let fields = try lab.response("error", "access_denied") + [FormField("error_description", "not today")]
        let waiter = lab.waiter()
        lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        let browser = respond(&lab, fields)
        #expect(
            lab.actions == [
                .answerBrowsers([browser], .page(.refused("access_denied: not today"))),
                .answerWaiters([waiter], lab.consent), .tell(.ended(lab.consent)), .retireListener,
            ])
        #expect(lab.consent.state == .refused && lab.consent.failure?.code == .accessDenied)
        #expect(lab.consent.failure?.hint == "consent again: valetkey login demo")
        // B2: the same response again, as a browser sends it that has preloaded the page.
        let again = respond(&lab, fields)
        #expect(lab.actions == [.answerBrowsers([again], .page(.refused("access_denied: not today")))])
    }

    @Test(
        arguments: [
            ("invalid_scope", Consent.State.failed), ("server_error", .failed), ("expired_token", .expired),
            ("of_their_own", .failed),
        ] as [(String, Consent.State)])
    func `any other error ends the consent too, with a hint`(code: String, state: Consent.State) throws {
        var lab = try Lab.waiting()
        let browser = respond(&lab, try lab.response("error", code))
        let failure = try #require(lab.consent.failure)
        #expect(lab.actions.first == .answerBrowsers([browser], .page(.failed(failure))))
        #expect(lab.consent.state == state && failure.word == code && failure.hint?.contains("valetkey") == true)
    }

    @Test func `a vendor that knows the error provides the hint`() throws {
        var lab = try Lab.waiting()
        _ = respond(&lab, try lab.response("error", "special"))
        #expect(lab.consent.failure?.hint == "ask the vendor" && lab.consent.failure?.code == .unlistedError)
    }

    // ISS-1, MIXUP-1
    @Test func `a response that names another issuer is not redeemed`() throws {
        var lab = try Lab.waiting()
        let browser = respond(&lab, try lab.response("code", "c") + [FormField("iss", "https://evil.example")])
        let failure = try #require(lab.consent.failure)
        #expect(lab.actions.first == .answerBrowsers([browser], .page(.failed(failure))))
        #expect(failure.code == .wrongIssuer && failure.detail.contains("https://evil.example"))
        #expect(lab.consent.state == .failed)
    }

    // B1, CALLBACK-6
    @Test func `a response without code or error ends the consent with the server's explanation`() throws {
        for said in [nil, "not active"] {
            var lab = try Lab.waiting()
            let state = try lab.request.state.expose()
            let told = said.map { [FormField("error_message", $0)] } ?? []
            let fields = [FormField("state", state), FormField("session", "x")] + told
            let browser = respond(&lab, fields)
            let failure = try #require(lab.consent.failure)
            let shown = said.map { "error_message: \($0)" }
            #expect(lab.actions.first == .answerBrowsers([browser], .page(.refused(shown ?? failure.detail))))
            #expect(lab.consent.state == .failed && failure.code == .noCode && failure.hint?.contains("login") == true)
            #expect(failure.detail.hasSuffix(shown.map { "; it says \($0)" } ?? "neither a code nor an error"))
            let again = respond(&lab, fields)
            #expect(lab.actions == [.answerBrowsers([again], .page(.refused(shown ?? failure.detail)))])
        }
    }

    // B1, CALLBACK-6
    @Test func `an administrator's consent is reported, and the consent goes on`() throws {
        var lab = try Lab.waiting()
        let before = lab.consent
        let state = FormField("state", try lab.request.state.expose())
        let fields = [FormField("admin_consent", "True"), FormField("tenant", "t"), state]
        for _ in 0..<2 {
            let browser = respond(&lab, fields)
            #expect(lab.actions == [.answerBrowsers([browser], .page(.adminConsented))])
            #expect(lab.consent == before && lab.machine.mark == nil)
        }
        _ = respond(&lab, try lab.response("code", "c"))
        #expect(lab.consent.state == .redeeming)
    }

    // MARK: - Time

    @Test func `a response at the last moment is accepted, one at the end is not`() throws {
        var early = try Lab.waiting()
        let code = try early.response("code", "c")
        early.pass(Lab.timeout - .nanoseconds(1))
        #expect(early.consent.state == .pending)
        _ = respond(&early, code)
        #expect(early.consent.state == .redeeming)

        var late = try Lab.waiting()
        let (fields, waiter) = (try late.response("code", "c"), late.waiter())
        late.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        late.pass(Lab.timeout)
        #expect(late.consent.state == .expired && late.consent.authorizationURL == nil)
        let browser = respond(&late, fields)
        #expect(
            late.actions == [
                .answerWaiters([waiter], late.consent), .tell(.ended(late.consent)), .retireListener,
                .answerBrowsers([browser], .page(.expired)),
            ])
        #expect(late.machine.nextWake == nil)
    }

    @Test func `reading an expired consent doesn't end it`() throws {
        var lab = try Lab.waiting()
        lab.pass(.seconds(601))
        #expect(lab.consent.state == .expired && !lab.machine.isOver)
        lab.happen { $0.wake(now: $1) }
        #expect(lab.machine.isOver)
    }

    @Test func `a browser or a paste that comes too late ends the consent`() throws {
        var lab = try Lab.waiting()
        lab.pass(Lab.timeout)
        let browser = lab.waiter()
        lab.happen { $0.browserCame(browser, now: $1) }
        #expect(lab.actions.last == .answerBrowsers([browser], .page(.expired)))
        var pasted = try Lab.waiting(.paste)
        pasted.pass(Lab.timeout)
        let paster = pasted.waiter()
        pasted.happen { $0.paste("c1", from: paster, now: $1) }
        #expect(
            pasted.actions == [.tell(.ended(pasted.consent)), .refusePaste(paster, .noConsent("demo", at: pasted.now))])
    }

    // MARK: - After the end

    @Test func `after a cancel a response is told so, and isn't recognized once the listener is closed`() throws {
        var lab = try Lab.waiting()
        let code = try lab.response("code", "c")
        lab.happen { $0.cancel(now: $1) }
        #expect(lab.actions == [.tell(.ended(lab.consent)), .retireListener])
        let browser = respond(&lab, code)
        #expect(lab.actions == [.answerBrowsers([browser], .page(.cancelled))])
        let comer = lab.waiter()
        lab.happen { $0.browserCame(comer, now: $1) }
        #expect(lab.actions == [.answerBrowsers([comer], .page(.cancelled))])
        lab.machine.listenerClosed()
        let later = respond(&lab, code)
        #expect(lab.actions == [.answerBrowsers([later], .page(.foreign))])
        #expect(lab.machine.mark == nil && lab.consent.state == .cancelled)
    }

    // B2
    @Test func `after the grant the same response shows the result, and any other is refused`() throws {
        var lab = try Lab.waiting()
        let (code, other) = (try lab.response("code", "c"), try lab.response("error", "access_denied"))
        _ = respond(&lab, code)
        lab.happen { $0.redeemed(.granted(.example(), sent: $1), now: $1) }
        let comer = lab.waiter()
        lab.happen { $0.browserCame(comer, now: $1) }
        #expect(lab.actions.isEmpty)
        lab.happen { $0.kept(.kept, now: $1) }
        let again = respond(&lab, code + [FormField("session_state", "x")])
        #expect(lab.actions == [.answerBrowsers([again], .page(Self.granted))])
        let second = respond(&lab, other)
        #expect(lab.actions == [.answerBrowsers([second], .page(.alreadyUsed))])
        #expect(lab.consent.state == .granted)
    }

    @Test func `a device consent accepts no response`() throws {
        var lab = try Lab.polling()
        let browser = respond(&lab, [FormField("code", "c"), FormField("state", "")])
        #expect(lab.actions == [.answerBrowsers([browser], .page(.foreign))])
        let paster = lab.waiter()
        lab.happen { $0.paste("c1", from: paster, now: $1) }
        #expect(lab.actions == [.refusePaste(paster, .noConsent("demo", at: lab.now))])
    }
}
