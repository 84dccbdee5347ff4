import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentPasteTests {
    private typealias Lab = ConsentLab

    @Test(arguments: [Consent.Flow.paste, .loopback])
    func `a pasted URL or bare code is redeemed, and the caller gets the consent at its end`(flow: Consent.Flow) throws
    {
        for isBare in [true, false] {
            var lab = try Lab.waiting(flow)
            let request = try lab.request
            let url = "\(request.redirectURI)?code=4%2F0Ab-c&state=\(request.state.expose())"
            let (paster, second) = (lab.waiter(), lab.waiter())
            lab.happen { $0.paste(isBare ? " 4/0Ab-c\n" : url, from: paster, now: $1) }
            #expect(lab.actions == [.redeem(code: Secret("4/0Ab-c"), request, key: nil)])
            #expect(lab.machine.nextWake == nil)
            lab.happen { $0.paste("4/0Ab-d", from: second, now: $1) }
            #expect(lab.actions == [.refusePaste(second, .noConsent("demo", at: lab.now))])
            lab.happen { $0.redeemed(.granted(.example(), sent: $1), now: $1) }
            lab.happen { $0.kept(.kept, now: $1) }
            #expect(lab.actions.first == .answerWaiters([paster], lab.consent))
            #expect(lab.consent.state == .granted)
        }
    }

    @Test(arguments: ["SPECIAL7", " SPECIAL7: it went wrong\n", "access_denied"])
    func `a pasted error code is explained instead of redeemed, and the consent goes on`(text: String) throws {
        for flow in [Consent.Flow.paste, .loopback] {
            var lab = try Lab.waiting(flow)
            let paster = lab.waiter()
            lab.happen { $0.paste(text, from: paster, now: $1) }
            guard case .refusePaste(paster, let failure) = lab.actions.first, lab.actions.count == 1 else {
                Issue.record("\(lab.actions)")
                return
            }
            #expect(failure.code == .malformedRequest && failure.hint != nil && lab.consent.state == .pending)
            #expect(
                failure.detail.hasPrefix(
                    text.contains("SPECIAL") ? "SPECIAL7: ask the vendor of demo" : "access_denied: "))
        }
    }

    @Test(arguments: ["help", "\"what?\"", "AADSTS", "404"])
    func `a typed word that can't be a code isn't redeemed, and the consent goes on`(text: String) throws {
        for flow in [Consent.Flow.paste, .loopback] {
            var lab = try Lab.waiting(flow)
            let paster = lab.waiter()
            lab.happen { $0.paste(text, from: paster, now: $1) }
            guard case .refusePaste(paster, let failure) = lab.actions.first, lab.actions.count == 1 else {
                Issue.record("\(lab.actions)")
                return
            }
            #expect(failure.detail.hasSuffix("is neither a URL nor an error code that is known"))
            #expect(failure.hint?.contains(try lab.request.redirectURI) == true && lab.consent.state == .pending)
        }
    }

    @Test func `an error word of a page is explained with the account's redirect URI`() throws {
        var lab = try Lab.waiting(.paste)
        let paster = lab.waiter()
        lab.happen { $0.paste("Error 400: redirect_uri_mismatch", from: paster, now: $1) }
        guard case .refusePaste(paster, let failure) = lab.actions.first else {
            Issue.record("\(lab.actions)")
            return
        }
        #expect(failure.detail.hasPrefix("redirect_uri_mismatch: the redirect URI isn't registered"))
        #expect(failure.detail.contains("register http://127.0.0.1/"))
    }

    @Test func `a consent on a device explains a pasted error code and accepts nothing else`() throws {
        var lab = try Lab.polling()
        let paster = lab.waiter()
        lab.happen { $0.paste("SPECIAL7", from: paster, now: $1) }
        guard case .refusePaste(paster, let failure) = lab.actions.first else {
            Issue.record("\(lab.actions)")
            return
        }
        #expect(failure.detail.hasPrefix("SPECIAL7"))
        lab.happen { $0.paste("4/0Ab-c", from: paster, now: $1) }
        #expect(lab.actions == [.refusePaste(paster, .noConsent("demo", at: lab.now))])
    }

    @Test func `a response that contains an error code is taken as a response`() throws {
        var lab = try Lab.waiting(.paste)
        let state = try lab.request.state.expose()
        let paster = lab.waiter()
        lab.happen { $0.paste("SPECIAL7?error=access_denied&state=\(state)", from: paster, now: $1) }
        #expect(lab.consent.state == .refused)
    }

    // B3
    @Test(
        arguments: [
            ("", "nothing was pasted"), ("  \n", "nothing was pasted"), ("I can't find it", "isn't the response"),
            ("http://127.0.0.1/callback?code=c", "it has no state"), ("?error=access_denied", "it has no state"),
            ("?code=c&state=wrong", "state doesn't match"),
            ("http://127.0.0.1/?error=x&state=wrong", "from this login"),
            ("about:neterror?e=x&u=x", "the browser's own"), ("chrome-error://chromewebdata/", "the browser's own"),
            ("https://as.example/error?id=7", "isn't the response"), ("http://127.0.0.1/?state=STATE", "not the whole"),
            ("http://127.0.0.1/?admin_consent=True&state=STATE", "an administrator has consented"),
            ("URL", "at which you consent"),
            ("https://as.example/a?client_id=x&request_uri=urn:1", "at which you consent"),
            ("http://127.0.0.1/?code=c&state=STATEx", "state doesn't match"),
        ])
    func `a pasted text that isn't this consent's response is refused with a reason, and the wait goes on`(
        text: String, word: String
    ) throws {
        var lab = try Lab.waiting(.paste)
        let request = try lab.request
        let text = text == "URL" ? request.url : text.replacing("STATE", with: request.state.expose())
        let paster = lab.waiter()
        lab.happen { $0.paste(text, from: paster, now: $1) }
        guard case .refusePaste(paster, let failure) = lab.actions.first, lab.actions.count == 1 else {
            Issue.record("\(lab.actions)")
            return
        }
        #expect(failure.code == .malformedRequest && failure.detail.contains(word) && failure.hint != nil)
        #expect(!"\(failure)".contains(request.state.expose()))
        #expect(lab.consent.state == .pending && lab.machine.mark == nil)
        lab.happen { $0.paste("4/0Ab-c", from: paster, now: $1) }
        #expect(lab.consent.state == .redeeming)
    }

    // P2
    @Test(arguments: ["Tr0ub4dor&3", "4/0Ab-c", "SplxlOBeZQQYbYS6WxSbIA"])
    func `a bare code is refused where its user must be asked first`(_ text: String) throws {
        var lab = try Lab.waiting(.paste)
        let paster = lab.waiter()
        lab.happen { $0.paste(text, takesCode: false, from: paster, now: $1) }
        guard case .refusePaste(paster, let failure) = lab.actions.first, lab.actions.count == 1 else {
            Issue.record("\(lab.actions)")
            return
        }
        #expect(failure.code == .bareCode && !"\(failure)".contains(text) && lab.consent.state == .pending)
        lab.happen { $0.paste(text, takesCode: true, from: paster, now: $1) }
        #expect(lab.consent.state == .redeeming)
    }

    // P2
    @Test func `a whole response is taken without a question`() throws {
        var lab = try Lab.waiting(.paste)
        let state = try lab.request.state.expose()
        let paster = lab.waiter()
        lab.happen { $0.paste("http://127.0.0.1/?code=c&state=\(state)", takesCode: false, from: paster, now: $1) }
        #expect(lab.consent.state == .redeeming)
    }

    // B3
    @Test func `of several readings the one with the right state is used`() throws {
        for gap in ["&sta\nte=", "&state=\n"] {
            var lab = try Lab.waiting(.paste)
            let (request, paster) = (try lab.request, lab.waiter())
            let text = "<http://127.0.0.1/?code=4%2F0\(gap)\(request.state.expose())>\nit says\nnothing"
            lab.happen { $0.paste(text, from: paster, now: $1) }
            #expect(lab.actions == [.redeem(code: Secret("4/0"), request, key: nil)])
        }
    }

    // B1
    @Test func `a pasted response without code or error, but with a reason, ends the consent`() throws {
        var lab = try Lab.waiting(.paste)
        let paster = lab.waiter()
        let state = try lab.request.state.expose()
        lab.happen { $0.paste("http://127.0.0.1/?error_code=7&state=\(state)", from: paster, now: $1) }
        #expect(lab.actions.first == .answerWaiters([paster], lab.consent))
        #expect(lab.consent.state == .failed && lab.consent.failure?.code == .noCode)
    }

    @Test func `a pasted response of another issuer ends the consent`() throws {
        var lab = try Lab.waiting(.paste)
        let paster = lab.waiter()
        let state = try lab.request.state.expose()
        lab.happen { $0.paste("?code=c&state=\(state)&iss=https%3A%2F%2Fevil.example", from: paster, now: $1) }
        #expect(lab.consent.state == .failed && lab.consent.failure?.code == .wrongIssuer)
    }

    @Test func `a pasted refusal ends the consent`() throws {
        var lab = try Lab.waiting(.paste)
        let paster = lab.waiter()
        let state = try lab.request.state.expose()
        lab.happen { $0.paste("?error=access_denied&state=\(state)", from: paster, now: $1) }
        #expect(lab.actions == [.answerWaiters([paster], lab.consent), .tell(.ended(lab.consent))])
        #expect(lab.consent.state == .refused && lab.machine.mark == nil)
    }

    @Test(arguments: [false, true])
    func `a browser that brings the response that was pasted before gets the page of its result`(isBare: Bool) throws {
        var lab = try Lab.waiting()
        let (paster, browser, other) = (lab.waiter(), lab.waiter(), lab.waiter())
        let (fields, second) = (try lab.response("code", "4/0Ab-c"), try lab.response("code", "4/0Ab-d"))
        lab.happen { $0.paste(isBare ? "4/0Ab-c" : "?\(FormEncoding.encode(fields))", from: paster, now: $1) }
        lab.happen { $0.respond(second, from: other, now: $1) }
        #expect(lab.actions == [.answerBrowsers([other], .page(.alreadyUsed))])
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        #expect(lab.actions.isEmpty)
        lab.happen { $0.redeemed(.refused("invalid_grant"), now: $1) }
        let failure = try #require(lab.consent.failure)
        #expect(lab.actions.first == .answerBrowsers([browser], .page(.failed(failure))))
    }
}
