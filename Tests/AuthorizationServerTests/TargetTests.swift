import FoundationEssentials
import OAuth
import Testing
import Text

@testable import AuthorizationServer

/// The resources of access tokens (RFC 8707).
@Suite struct TargetTests {
    private static let (files, mail) = ("https://files.example", "https://mail.example")

    /// A code for both resources.
    private func code(_ lab: Lab) -> String {
        let query = [
            "response_type": "code", "client_id": "desk", "redirect_uri": Lab.redirectURI,
            "code_challenge": Lab.challenge, "code_challenge_method": "S256", "scope": "profile mail",
        ].map { FormField($0.key, $0.value) }
        let page = lab.get("/authorize", query + [FormField("resource", Self.files), FormField("resource", Self.mail)])
        return lab.answer(page).redirect["code"] ?? ""
    }

    private func audience(_ lab: Lab, _ reply: WebReply) -> [String]? {
        struct Body: Decodable { var aud: [String]? }
        let body = lab.get("/resource", bearer: reply.tokens.accessToken ?? "").body
        return (try? JSONDecoder().decode(Body.self, from: Data(body.utf8)))?.aud
    }

    @Test func `a token is for the resources of the consent, or for those that the token request names`() {
        let lab = Lab()
        let first = lab.redeem(code(lab))
        #expect(audience(lab, first) == [Self.files, Self.mail])
        let second = lab.refresh(first.tokens.refreshToken, ["resource": Self.mail])
        #expect(audience(lab, second) == [Self.mail] && second.tokens.scope == "profile mail")
        let third = lab.refresh(second.tokens.refreshToken, ["scope": "mail"])
        #expect(audience(lab, third) == [Self.files, Self.mail] && third.tokens.scope == "mail")
        #expect(audience(lab, lab.redeem(code(lab), ["resource": Self.files])) == [Self.files])
        #expect(audience(lab, lab.redeem(lab.code())) == nil)
    }

    @Test(arguments: ["https://other.example", "https://files.example/#a", "files"])
    func `a resource that wasn't consented to is refused, and the refresh token stays valid`(resource: String) {
        let lab = Lab()
        let first = lab.redeem(code(lab)).tokens
        #expect(lab.refresh(first.refreshToken, ["resource": resource]).error == "invalid_target")
        #expect(lab.refresh(first.refreshToken).status == 200)
    }

    @Test func `a malformed resource is refused with the authorization response`() {
        #expect(Lab().authorize(["resource": "https://files.example/#a"]).redirect["error"] == "invalid_target")
    }

    @Test func `a refused scope refuses its own token only`() {
        let lab = Lab()
        lab.machine.router.state.settings.quirks.refusedScopes = ["mail"]
        let first = lab.tokens()
        #expect(lab.refresh(first.refreshToken, ["scope": "mail"]).error == "invalid_scope")
        let second = lab.refresh(first.refreshToken, ["scope": "profile"])
        #expect(second.tokens.scope == "profile")
        #expect(lab.refresh(second.tokens.refreshToken).status == 200)
    }

    @Test func `a server with tokens of one resource redeems a code for the first one, or for the one that is named`() {
        let lab = Lab()
        lab.machine.router.state.settings.quirks.issuesForOneResource = true
        let both = ["scope": "openid \(Self.mail)/read \(Self.files)/write"]
        let first = lab.redeem(lab.code(both))
        #expect(first.tokens.scope == "openid \(Self.mail)/read" && audience(lab, first) == [Self.mail])
        let named = lab.redeem(lab.code(both), ["scope": "\(Self.files)/write"])
        #expect(named.tokens.scope == "\(Self.files)/write" && audience(lab, named) == [Self.files])
        let refreshed = lab.refresh(first.tokens.refreshToken, ["scope": "\(Self.files)/write"])
        #expect(audience(lab, refreshed) == [Self.files])
        #expect(lab.refresh(refreshed.tokens.refreshToken, both).error == "invalid_grant")
        #expect(lab.redeem(lab.code(both), both).error == "invalid_grant")
    }
}
