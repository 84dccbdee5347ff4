import OAuth
import Testing
import Text

@testable import AuthorizationServer

@Suite struct FaultTests {
    @Test(arguments: [
        Fault.status(503, retryAfter: 7), .status(500), .status(429, retryAfter: 1), .html, .cutShort(), .hangUp,
        .stall,
        .invalidGrant, .error("invalid_client"),
    ])
    func `a fault happens once and leaves the grant as it was`(fault: Fault) {
        let lab = Lab()
        let tokens = lab.tokens()
        lab.machine.faults.add([fault], at: .token, grantType: nil)
        #expect(lab.refresh(tokens.refreshToken).tokens.accessToken == nil)
        #expect(lab.refresh(tokens.refreshToken).status == 200)
    }

    @Test(arguments: [Fault.replyLost, .delay, .cutShort(afterIssuing: true)])
    func `a lost reply has used up the old refresh token`(fault: Fault) {
        let lab = Lab()
        let tokens = lab.tokens()
        lab.machine.faults.add([fault], at: .token, grantType: nil)
        _ = lab.refresh(tokens.refreshToken)
        #expect(lab.refresh(tokens.refreshToken).error == "invalid_grant")
    }

    @Test func `Retry-After is sent with a status`() {
        let lab = Lab()
        lab.machine.faults.add([.status(503, retryAfter: 7), .status(500)], at: .token, grantType: nil)
        #expect(lab.refresh("any").header("Retry-After") == "7")
        let second = lab.refresh("any")
        #expect(second.status == 500)
        #expect(second.header("Retry-After") == nil)
    }

    @Test(arguments: [
        (Fault.withoutRefreshToken, "\"refresh_token\"", false), (.withoutExpiry, "\"expires_in\"", false),
        (.expiryAsText, "\"expires_in\":\"3600\"", true), (.lowercaseTokenType, "\"token_type\":\"bearer\"", true),
    ])
    func `a fault changes the reply, and the token is valid`(fault: Fault, text: String, isThere: Bool) {
        let lab = Lab()
        lab.machine.faults.add([fault], at: .token, grantType: nil)
        let reply = lab.redeem(lab.code())
        #expect(reply.body.contains(text) == isThere)
        #expect(lab.isAlive(reply.tokens.accessToken))
    }

    @Test func `a fault for one grant type doesn't affect others, and a permanent one stays`() {
        let lab = Lab()
        lab.machine.faults.add([.status(500)], at: .token, grantType: "refresh_token")
        let tokens = lab.tokens()
        #expect(tokens.accessToken != nil)
        #expect(lab.refresh(tokens.refreshToken).status == 500)
        lab.machine.faults.stand(.status(503), at: .token)
        #expect(lab.refresh(tokens.refreshToken).status == 503)
        #expect(lab.refresh(tokens.refreshToken).status == 503)
        #expect(lab.post("/revoke", ["token": "x", "client_id": "desk"]).status == 200)
        lab.machine.faults.stand(nil, at: .token)
        #expect(lab.refresh(tokens.refreshToken).status == 200)
    }

    @Test func `the journal counts requests and hides their values`() throws {
        let lab = Lab()
        let tokens = lab.tokens()
        _ = lab.refresh(tokens.refreshToken)
        _ = lab.refresh("guess")
        _ = lab.post("/revoke", ["token": "t"], basic: ("deskc", "looking-glass"))
        let activity = lab.machine.activity
        #expect(activity.entries.count == 4)
        #expect(activity.tokenRequests().count == 3)
        #expect(activity.refreshes.map(\.error) == [nil, "invalid_grant"])
        #expect(activity.refreshes.map(\.status) == [200, 400])
        #expect(activity.entries.last?.authentication == .clientSecretBasic)
        #expect(activity.entries.last?.clientID == "deskc")
        #expect(activity.refreshes.first?.parameters["refresh_token"]?.expose() == tokens.refreshToken)
        var shown = "\(activity)"
        dump(activity, to: &shown)
        let refreshToken = try #require(tokens.refreshToken)
        #expect(!shown.contains(refreshToken))
        #expect(!shown.contains(Lab.verifier))
        #expect(!shown.contains("looking-glass"))
    }
}
