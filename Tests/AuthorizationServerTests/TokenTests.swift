import FoundationEssentials
import OAuth
import Testing

@testable import AuthorizationServer

@Suite struct TokenTests {
    @Test func `a code is redeemed for an access token and a refresh token`() {
        let lab = Lab()
        let reply = lab.redeem(lab.code())
        #expect(reply.status == 200)
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.header("Content-Type") == "application/json")
        #expect(reply.tokens.tokenType == "Bearer")
        #expect(reply.tokens.scope == "profile mail")
        #expect(reply.body.contains("\"expires_in\":3600"))
        #expect(reply.tokens.refreshToken != nil)
        #expect(lab.isAlive(reply.tokens.accessToken))
    }

    @Test func `a code that is used twice revokes its grant`() {
        let lab = Lab()
        let code = lab.code()
        let first = lab.redeem(code).tokens
        #expect(lab.redeem(code).error == "invalid_grant")
        #expect(!lab.isAlive(first.accessToken))
        #expect(lab.refresh(first.refreshToken).error == "invalid_grant")
    }

    @Test func `a code expires after sixty seconds`() {
        let lab = Lab()
        let (inTime, late) = (lab.code(), lab.code())
        lab.now += 59
        #expect(lab.redeem(inTime).status == 200)
        lab.now += 1
        #expect(lab.redeem(late).error == "invalid_grant")
    }

    @Test(
        arguments: [
            (["code_verifier": String(repeating: "x", count: 43)], "invalid_grant"),
            (["code_verifier": nil], "invalid_grant"),
            (["code_verifier": "short"], "invalid_request"),
            (["redirect_uri": "http://127.0.0.1:4712/"], "invalid_grant"),
            (["redirect_uri": nil], "invalid_grant"),
            (["code": "guess"], "invalid_grant"),
            (["code": nil], "invalid_request"),
            (["grant_type": nil], "invalid_request"),
            (["grant_type": "password"], "unsupported_grant_type"),
            (["client_id": "deskc", "client_secret": "looking-glass"], "invalid_grant"),
        ] as [([String: String?], String)])
    func `a code isn't redeemed where a parameter doesn't match`(changes: [String: String?], error: String) {
        let lab = Lab()
        let reply = lab.redeem(lab.code(), changes)
        #expect(reply.status == 400)
        #expect(reply.error == error)
        #expect(reply.tokens.accessToken == nil)
    }

    @Test func `a wrong verifier uses up the code`() {
        let lab = Lab()
        let code = lab.code()
        _ = lab.redeem(code, ["code_verifier": String(repeating: "x", count: 43)])
        #expect(lab.redeem(code).error == "invalid_grant")
    }

    @Test func `a verifier without a challenge in the request is refused`() {
        let lab = Lab()
        let code = lab.code(["client_id": "deskc", "code_challenge": nil, "code_challenge_method": nil])
        let reply = lab.redeem(code, ["client_id": "deskc", "client_secret": "looking-glass"])
        #expect(reply.error == "invalid_grant")
    }

    @Test func `a refresh rotates, and a replay revokes the whole grant`() {
        let lab = Lab()
        let first = lab.tokens()
        let second = lab.refresh(first.refreshToken).tokens
        #expect(second.refreshToken != nil && second.refreshToken != first.refreshToken)
        #expect(lab.isAlive(second.accessToken))
        #expect(lab.refresh(first.refreshToken).error == "invalid_grant")
        #expect(!lab.isAlive(first.accessToken))
        #expect(!lab.isAlive(second.accessToken))
        #expect(lab.refresh(second.refreshToken).error == "invalid_grant")
    }

    @Test func `another grant isn't affected by a replay`() {
        let lab = Lab()
        let (mine, other) = (lab.tokens(), lab.tokens())
        _ = lab.refresh(mine.refreshToken)
        _ = lab.refresh(mine.refreshToken)
        #expect(lab.isAlive(other.accessToken))
        #expect(lab.refresh(other.refreshToken).status == 200)
    }

    @Test func `the grace period allows one replay`() {
        var settings = ServerSettings.wonderland
        settings.refreshTokens = .rotating(grace: .seconds(30))
        let lab = Lab(settings)
        let first = lab.tokens()
        _ = lab.refresh(first.refreshToken)
        lab.now += 29
        let again = lab.refresh(first.refreshToken).tokens
        #expect(lab.isAlive(again.accessToken))
        #expect(lab.refresh(first.refreshToken).error == "invalid_grant")
        #expect(!lab.isAlive(again.accessToken))
    }

    @Test func `after the grace period a replay revokes the grant`() {
        var settings = ServerSettings.wonderland
        settings.refreshTokens = .rotating(grace: .seconds(30))
        let lab = Lab(settings)
        let first = lab.tokens()
        _ = lab.refresh(first.refreshToken)
        lab.now += 30
        #expect(lab.refresh(first.refreshToken).error == "invalid_grant")
    }

    @Test func `a server without rotation sends no refresh token`() {
        var settings = ServerSettings.wonderland
        settings.refreshTokens = .kept
        let lab = Lab(settings)
        let first = lab.tokens()
        #expect(lab.refresh(first.refreshToken).tokens.refreshToken == nil)
        #expect(lab.refresh(first.refreshToken).status == 200)
    }

    @Test func `a refresh can narrow the scope for one access token, but not widen it`() {
        let lab = Lab()
        let first = lab.tokens()
        let narrow = lab.refresh(first.refreshToken, ["scope": "mail"]).tokens
        #expect(narrow.scope == "mail")
        #expect(lab.refresh(narrow.refreshToken, ["scope": "mail admin"]).error == "invalid_scope")
        #expect(lab.refresh(narrow.refreshToken).tokens.scope == "profile mail")
    }

    @Test func `a refresh token is only valid for its own client`() {
        let lab = Lab()
        let tokens = lab.tokens()
        let stolen = lab.refresh(tokens.refreshToken, ["client_id": "deskc", "client_secret": "looking-glass"])
        #expect(stolen.error == "invalid_grant")
        #expect(lab.refresh(tokens.refreshToken).status == 200)
    }

    @Test func `an access token and a refresh token expire`() {
        var settings = ServerSettings.wonderland
        settings.accessTokenLife = .seconds(20)
        settings.refreshTokenLife = .seconds(100)
        let lab = Lab(settings)
        let tokens = lab.tokens()
        lab.now += 19
        #expect(lab.isAlive(tokens.accessToken))
        lab.now += 1
        #expect(!lab.isAlive(tokens.accessToken))
        lab.now += 80
        #expect(lab.refresh(tokens.refreshToken).error == "invalid_grant")
    }

    @Test func `a scope that the server doesn't offer is refused`() {
        var settings = ServerSettings.wonderland
        settings.scopes = [OfferedScope("profile", words: "See your name")]
        let lab = Lab(settings)
        #expect(lab.authorize().redirect["error"] == "invalid_scope")
    }

    @Test func `the server stores no token in plain text`() {
        let lab = Lab()
        let tokens = lab.tokens()
        var shown = ""
        dump(lab.machine, to: &shown)
        #expect(tokens.accessToken.map { !shown.contains($0) } == true)
        #expect(tokens.refreshToken.map { !shown.contains($0) } == true)
        #expect(!shown.contains(Lab.verifier))
        #expect(!shown.contains("wonderland"))
    }
}
