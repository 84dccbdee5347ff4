import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

struct RefusalWordTests {
    private func refusal(_ status: Int, _ body: String, isRefresh: Bool = true) -> OAuthError? {
        let reply = TokenReply(
            status: status, retryAfter: nil, body: Data(body.utf8), to: ReplyContext(isRefresh: isRefresh))
        guard case .refused(let error, _) = reply else { return nil }
        return error
    }

    private static let dead = [
        (200, #"{"ok":false,"error":"invalid_refresh_token"}"#),
        (400, #"{"status":400,"message":"Invalid refresh token"}"#),
        (400, #"{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}"#),
        (
            400,
            #"{"error":"invalid_request","error_description":"The provided authorization grant or refresh token is invalid, expired or revoked."}"#
        ),
        (403, #"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#),
        (
            400,
            #"{"message":"Bad Request","errors":[{"resource":"RefreshToken","field":"refresh_token","code":"invalid"}]}"#
        ),
        (400, #"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid: x"}],"success":false}"#),
        (200, #"{"status":503,"body":{},"error":"Invalid Params: invalid refresh_token"}"#),
        (200, #"{"error":"invalid_code"}"#), (401, #"{"error":"TOKEN_EXPIRED"}"#),
        (400, #"{"error":"RefreshTokenNotFound"}"#),
        (200, #"{"ok":false,"error":"token_revoked"}"#), (400, #"{"error":{"code":"invalid_grant","message":"gone"}}"#),
        (400, #"{"error":"invalid_grant"}"#), (401, #"{"detail":"The refresh-token was already used."}"#),
        (400, #"{"fault":{"faultstring":"Invalid Refresh Token","detail":{"errorcode":"keymanagement.x"}}}"#),
        (400, #"{"error":"INVALID_GRANT"}"#), (400, #"{"error":"invalid-grant"}"#),
        (400, #"{"error":"Invalid Grant"}"#),
        (400, #"{"errors":["invalid_grant"]}"#),
        (400, #"{"message":"Refresh token expired: re-authorization is required"}"#),
        (400, #"{"message":"Refresh token is invalid or was not issued for this client id"}"#),
        (400, #"{"message":"The refresh token does not exist"}"#), (400, #"{"message":"refresh token isn't valid"}"#),
        (400, #"{"message":"refresh token is no longer valid"}"#), (400, #"{"message":"refresh token not found"}"#),
        (400, #"{"message":"refresh token has already been used"}"#),
        (400, #"{"message":"refresh token reuse detected"}"#),
    ]

    // A10
    @Test(arguments: dead) func `a dead refresh token is recognized in any words`(_ status: Int, _ body: String) {
        #expect(refusal(status, body)?.code.meaning == .consentNeeded, "\(String(describing: refusal(status, body)))")
    }

    // A10, TOKEN-6
    @Test(arguments: [
        #"{"error":"invalid_client","error_description":"Unknown client or invalid refresh token"}"#,
        #"{"error":"invalid_request","error_description":"refresh_token is missing"}"#,
        #"{"error":"invalid_request","error_description":"Bad request"}"#,
        #"{"error":"unsupported_grant_type","error_description":"refresh_token grant type is invalid"}"#,
        #"{"error":"unauthorized_client","error_description":"invalid grant type: refresh_token is not allowed"}"#,
        #"{"error":"unauthorized_client","error_description":"client_id is wrong for this refresh token"}"#,
    ])
    func `a refusal that may be about the client isn't taken for a dead refresh token`(_ body: String) {
        #expect(refusal(400, body)?.code.meaning == .configuration)
    }

    // A10
    @Test(arguments: [
        (400, #"{"message":"refresh token could not be looked up: connection not found"}"#),
        (400, #"{"message":"Bad gateway while validating the refresh token"}"#),
        (200, #"{"ok":false,"message":"could not validate the refresh token (bad connection)"}"#),
        (400, #"{"error":"invalid_request","message":"Unknown parameter resource in refresh token request"}"#),
        (400, #"{"error":"invalid_request","error_description":"Invalid DPoP header in refresh token request"}"#),
        (400, #"{"error":"unauthorized_client","message":"This client is disabled for refresh tokens"}"#),
        (400, #"{"message":"invalid refresh token request"}"#), (400, #"{"message":"refresh token is known"}"#),
        (400, #"{"error":"invalid_grant","error_description":"token request is already being processed"}"#),
        (302, #"{"error":"invalid_grant"}"#),
    ])
    func `what is wrong with something else doesn't end the refresh token`(_ status: Int, _ body: String) {
        #expect(refusal(status, body)?.code.meaning != .consentNeeded, "\(String(describing: refusal(status, body)))")
    }

    // A10
    @Test func `words about throttling count only where the refusal explains itself`() {
        for member in [#""error_uri":"https://docs.example/errors#rate-limit""#, #""policy":"throttling-gold""#] {
            #expect(refusal(400, #"{"error":"invalid_grant",\#(member)}"#)?.code == .invalidGrant)
        }
    }

    // A10
    @Test func `a refusal of a request without a refresh token doesn't mean a dead one`() {
        #expect(refusal(400, #"{"error":"invalid_code"}"#, isRefresh: false)?.code == .unlistedError)
        #expect(refusal(400, #"{"message":"Invalid refresh token"}"#, isRefresh: false) == nil)
    }

    // REFRESH-6
    @Test(arguments: [408, 425, 429, 500, 503]) func `a temporary status overrides every error text`(_ status: Int) {
        for (_, body) in Self.dead { #expect(refusal(status, body) == nil) }
    }

    // REFRESH-10
    @Test(arguments: [
        #"{"error":"Access Denied","error_description":"You have made too many requests continuously. Please try again after some time.","status":"failure"}"#,
        #"{"ok":false,"error":"ratelimited"}"#, #"{"error":"invalid_grant","error_description":"Rate limit exceeded"}"#,
        #"{"error":"invalid_client","error_description":"Too many failed attempts"}"#,
        #"{"error":"invalid_request","error_description":"The request was throttled."}"#,
        #"{"error":"too_many_requests"}"#, #"{"message":"RateLimit: too many token requests"}"#,
        #"{"error":{"code":"ThrottlingException"}}"#,
        #"{"error":"access_denied","error_description":"Quota exceeded"}"#,
    ])
    func `throttling is recognized, whatever the error code`(_ body: String) {
        #expect(refusal(400, body)?.code == .throttled)
        #expect(refusal(400, body, isRefresh: false)?.code == .throttled)
    }

    // REFRESH-10
    @Test func `too many of something other than requests isn't throttling`() {
        let body = #"{"error":"invalid_grant","error_description":"revoked: too many refresh tokens for this user"}"#
        #expect(refusal(400, body)?.code == .invalidGrant)
    }

    // A3
    @Test(
        arguments: [
            (#"{"error":"invalid_request","error_description":"scope parameter not supported"}"#, true),
            (#"{"error":"invalid_scope"}"#, true), (#"{"error":"unsupported_parameter","message":"Scope"}"#, true),
            (#"{"error":"invalid_request","error_description":"bad request"}"#, false),
            (#"{"error":"invalid_grant"}"#, false), (#"{"message":"scope isn't allowed here"}"#, true),
        ])
    func `a refusal that mentions the scope is recognized`(_ body: String, _ isAboutScope: Bool) {
        #expect(refusal(400, body)?.isAboutScope == isAboutScope)
    }

    // A12
    @Test(arguments: [
        #"{"message":"WORDS"}"#, #"{"error":{"message":"WORDS"}}"#, #"{"error_message":"WORDS"}"#,
        #"{"errorSummary":"WORDS","errorCode":"E0000047"}"#, #"{"errors":[{"message":"WORDS"}]}"#,
        #"{"errors":["WORDS"]}"#,
        #"{"detail":"WORDS"}"#, #"{"errors":{"detail":"WORDS"}}"#, #"{"error":true,"reason":"WORDS"}"#,
        #"{"errorCauses":[{"errorSummary":"WORDS"}]}"#, #"{"error":"strange","error_description":"WORDS"}"#,
        #"{"error":"WORDS"}"#, "WORDS",
    ])
    func `the provider's own text is shown and decides nothing`(_ body: String) {
        let said = "the moon\\u001b[31m is <b>full</b>"
        let plain = body == "WORDS" ? "the moon is full" : body.replacing("WORDS", with: said)
        for status in [400, 403, 500] {
            let reply = TokenReply(status: status, retryAfter: nil, body: Data(plain.utf8))
            let shown: String
            switch reply {
            case .refused(let error, _):
                shown = "\(error)"
                #expect(error.code == .unlistedError)
            case .unexplained(let reason, _), .unusable(let reason, _): shown = reason
            case .granted, .replaced: shown = ""
            }
            #expect(shown.contains("the moon") && shown.contains("full") && shown.isPrintable, "\(shown)")
        }
    }

    @Test func `an HTML page is not shown`() {
        let reply = TokenReply(status: 400, retryAfter: nil, body: Data("<html>Sign in here</html>".utf8))
        #expect(reply == .unexplained(reason: "HTTP 400 without an OAuth error", retryAfter: nil))
    }

    // A11, MASK-1
    @Test(arguments: [
        #"{"error":"invalid_grant","error_description":"Invalid refresh token: SECRET"}"#, #"{"error":"SECRET"}"#,
        #"{"error":"invalid_grant","error_uri":"https://as.example/?t=SECRET"}"#, #"{"message":"no SECRET here"}"#,
        #"{"errors":[{"detail":"SECRET"}]}"#, "what is SECRET",
        #"{"error":{"code":"invalid_grant","message":"SECRET"}}"#,
    ])
    func `secrets of the request are masked in every text of the reply`(_ body: String) {
        let secret = "rt-0123456789-abcdefghij"
        for status in [200, 400, 401, 403, 500] {
            let reply = TokenReply(
                status: status, retryAfter: nil, body: Data(body.replacing("SECRET", with: secret).utf8),
                to: ReplyContext(mask: SecretMask([Secret(secret)]), isRefresh: true))
            #expect(!"\(reply)".contains("0123456789"), "\(reply)")
        }
    }

    // A11, A14
    @Test func `secrets of the request aren't taken for a scope, a token type or an extra member`() throws {
        let secret = "rt-0123456789-abcdefghij"
        let body =
            #"{"access_token":"access-0123","token_type":"\#(secret)","scope":"mail \#(secret)","x":"\#(secret)","y":"access-0123"}"#
        let reply = TokenReply(
            status: 200, retryAfter: nil, body: Data(body.utf8),
            to: ReplyContext(mask: SecretMask([Secret(secret)])))
        guard case .granted(let tokens) = reply else { throw OAuthError("not granted") }
        #expect(tokens.tokenType == "<secret>" && tokens.scope == Scope(["mail"]) && tokens.extra.isEmpty)
        let members = #""token_type":"at-0123456789","scope":"a at-0123456789","\#(secret)":1"#
        let echo = #"{"access_token":"at-0123456789",\#(members)}"#
        let echoing = TokenReply(
            status: 200, retryAfter: nil, body: Data(echo.utf8), to: ReplyContext(mask: SecretMask([Secret(secret)])))
        guard case .granted(let tokens) = echoing else { throw OAuthError("not granted") }
        #expect(tokens.tokenType == "<secret>" && tokens.scope == Scope(["a"]) && tokens.extra.isEmpty)
    }

    // D7
    @Test func `the claims in a refusal are kept if they are a JSON object`() {
        let claims = #"{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"x\"]}}}"#
        let error = refusal(400, #"{"error":"interaction_required","claims":"\#(claims)"}"#)
        #expect(error?.claims == claims.replacing("\\", with: ""))
        let failure = error.map { $0.claims }
        #expect(failure != nil)
        for bad in [
            #""""#, #""no""#, "17", #""{\"a\":1} x""#, #""{\"a\":\"\#(String(repeating: "x", count: 5000))\"}""#,
        ] {
            #expect(refusal(400, #"{"error":"interaction_required","claims":\#(bad)}"#)?.claims == nil, "\(bad)")
        }
    }
}
