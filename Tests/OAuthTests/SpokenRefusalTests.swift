import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

/// Refusals in words other than OAuth's, as public reports quote them.
struct SpokenRefusalTests {
    private func refusal(_ status: Int, _ body: String, challenge: String? = nil) -> OAuthError? {
        let headers = challenge.map { ["WWW-Authenticate": $0] } ?? [:]
        let reply = TokenReply(
            status: status, retryAfter: nil, headers: headers, body: Data(body.utf8), to: ReplyContext(isRefresh: true))
        guard case .refused(let error, _) = reply else { return nil }
        return error
    }

    // A10
    @Test(arguments: [
        (400, #"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#),
        (400, #"{"error":"unauthorized_client","error_description":"unable to parse refresh token"}"#),
        (400, #"{"error":"unauthorized_client","error_description":"token was already used"}"#),
        (400, #"{"reason":"Invalid Token!","error":"invalid_request"}"#), (401, #"{"error":"INVALID_REFRESH_TOKEN"}"#),
        (400, #"{"error":{"message":"Error validating access token: Session has expired","type":"X","code":190}}"#),
        (400, #"{"message":"Token has been revoked"}"#), (401, #"{"code":"session_expired"}"#),
        (401, #"{"message":"No such session"}"#), (400, #"{"message":"Could not find the provided refresh token"}"#),
        (400, #"{"message":"The user has revoked access to the application"}"#), (400, "Refresh token is unknown"),
        (400, #"{"message":"refresh token doesn't match"}"#), (400, #"{"error":"RefreshTokenRevokedException"}"#),
        (400, #"{"message":"The refresh token was not issued to this client"}"#), (400, "invalid_grant"),
        (400, #"{"message":"Please re-authorize the application."}"#), (401, #"{"message":"You must log in again"}"#),
        (400, #"{"message":"no refresh token found"}"#), (400, #"{"message":"Cannot decode refresh token"}"#),
        (400, "<error><code>invalid_grant</code><message>gone</message></error>"),
        (
            401,
            "<?xml version=\"1.0\"?><OAuth><error_description>expired authorization grant</error_description></OAuth>"
        ),
        (400, "<Error Code=\"x\" Message=\"The refresh token has expired\"/>"),
        (401, "<html><body><h1>Error</h1><p>The <b>refresh token</b> is invalid.</p></body></html>"),
        (400, "<!doctype html><title>400</title><script>var a = 1</script><p>error: invalid_grant</p>"),
        (400, #"{"error":"tokenexpired"}"#), (400, #"{"errorCode":"GRANT_REVOKED"}"#),
    ])
    func `a dead refresh token is recognized by the words that stand beside it`(_ status: Int, _ body: String) {
        #expect(refusal(status, body)?.code.meaning == .consentNeeded, "\(String(describing: refusal(status, body)))")
    }

    // A10
    @Test(arguments: [
        (400, #"{"error":"invalid_request","error_description":"Missing required parameter: token"}"#),
        (400, #"{"error":"invalid_request","error_description":"no refresh token was sent"}"#),
        (400, #"{"message":"Invalid access token type"}"#), (401, #"{"message":"The API token is invalid"}"#),
        (400, #"{"message":"client token expired"}"#), (400, #"{"message":"Invalid authorization header"}"#),
        (401, #"{"message":"Invalid authorization"}"#), (400, #"{"message":"invalid token endpoint"}"#),
        (400, #"{"message":"invalid grant type"}"#), (400, #"{"message":"could not validate the refresh token"}"#),
        (400, #"{"message":"refresh token with unknown parameter x"}"#), (400, #"{"message":"session store is gone"}"#),
        (400, "<html><body>Your session has expired, please log in again</body></html>"),
        (403, "<html><body>invalid refresh token</body></html>"), (200, "<html>invalid_grant</html>"),
        (200, "invalid_grant"), (302, "invalid_grant"), (500, "<error><code>invalid_grant</code></error>"),
        (400, "<html><script>invalid_grant</script><style>refresh token expired</style></html>"),
        (400, #"{"message":"unable to reach the token service: expired certificate"}"#),
        (400, #"{"message":"wrong access"}"#),
        (400, #"{"message":"the user denied access"}"#), (400, #"{"message":"expired certificate for token"}"#),
    ])
    func `words about something else don't end the refresh token`(_ status: Int, _ body: String) {
        #expect(refusal(status, body)?.code.meaning != .consentNeeded, "\(String(describing: refusal(status, body)))")
    }

    // A10
    @Test(arguments: [
        (#"Bearer error="invalid_token""#, "", FailureCode.invalidRefreshToken),
        (#"Bearer realm="x", error="invalid_grant", error_description="gone""#, "", .invalidGrant),
        (#"Bearer error=invalid_client"#, "{}", .invalidClient),
        (
            #"Bearer error_uri="x",error="invalid_token""#, "{}",
            .invalidRefreshToken
        ),
        (#"Bearer error="invalid_token""#, #"{"error":"invalid_client"}"#, .invalidClient),
    ])
    func `the error of a challenge counts if the body states none`(
        _ header: String, _ body: String, _ code: FailureCode
    ) {
        #expect(refusal(401, body, challenge: header)?.code == code)
        #expect(refusal(200, "", challenge: header) == nil && refusal(503, "", challenge: header) == nil)
    }

    @Test(arguments: [#"Basic realm="error=""#, "Bearer", #"Bearer myerror="invalid_grant""#, #"Bearer error="""#])
    func `a challenge without an error says nothing`(_ header: String) {
        #expect(refusal(401, "", challenge: header) == nil)
    }

    // REFRESH-10
    @Test(arguments: [
        #"{"error":"invalid_grant","error_description":"API call limit reached"}"#, "Too many token requests",
        #"{"error":"invalid_client","message":"The quota for this client is exhausted"}"#,
        #"{"error":"FLOOD_WAIT"}"#, #"{"message":"You are refreshing too often"}"#, #"{"message":"Slow down, please"}"#,
        #"{"error":"RateLimitExceededException"}"#, #"{"error":"access_denied","message":"requests come too quickly"}"#,
        #"{"message":"Please try again later"}"#, #"{"error":"unexpected","message":"Retry in 30 seconds"}"#,
        #"{"message":"Excessive requests"}"#, "<error><message>Rate limit reached</message></error>",
        "<html><h1>Too many requests</h1></html>", #"{"message":"limit of 5 calls exceeded"}"#,
    ])
    func `throttling is recognized in any words`(_ body: String) {
        #expect(refusal(400, body)?.code == .throttled)
    }

    // REFRESH-10
    @Test(arguments: [
        #"{"error":"invalid_grant","error_description":"The limit of refresh tokens was exceeded"}"#,
        #"{"error":"invalid_grant","error_description":"refresh token limit exceeded"}"#,
        #"{"error":"invalid_grant","error_description":"Token revoked. Log in, then try again later"}"#,
        #"{"error":"invalid_grant","error_description":"too many grants"}"#,
        #"{"error":"invalid_client","message":"no limit"}"#,
        #"{"error":"invalid_grant","error_description":"too many devices"}"#,
    ])
    func `a limit on something other than requests isn't throttling`(_ body: String) {
        #expect(refusal(400, body)?.code != .throttled)
    }

    // A3, C
    @Test(arguments: [
        ("scope parameter not supported", true), (#"{"invalid_params":{"scope":"not allowed"}}"#, true),
        (#"{"error":"invalid_request","hint":"Check the `scope` parameter"}"#, true),
        (#"{"fieldErrors":{"requestedScopes":["x"]}}"#, true), ("<error>unsupported parameter: scope</error>", true),
        (#"{"error":"invalid_grant","request":{"scope":"mail"}}"#, false), ("try a microscope", false),
        (#"{"message":"telescope"}"#, false),
    ])
    func `a refusal is about the scope wherever the word stands`(_ body: String, _ isAboutScope: Bool) {
        #expect((refusal(400, body)?.isAboutScope ?? false) == isAboutScope)
    }

    // REFRESH-10
    @Test(
        arguments: [
            (["X-RateLimit-Reset": "90"], "", 90), (["X-RateLimit-Reset": "1800000100"], "", 100),
            (["RateLimit-Reset": "30"], "", 30), (["RateLimit": "limit=10, remaining=0, reset=40"], "", 40),
            (["RateLimit": #""default";r=0;t=50"#], "", 50), (["Retry-After-Ms": "60000"], "", 60),
            (["X-Rate-Limit-Reset": "Fri, 15 Jan 2027 08:01:10 GMT"], "", 70), ([:], #"{"retry_after":80}"#, 80),
            ([:], #"{"error":{"details":[{"retryDelay":"85s"}]}}"#, 85), ([:], #"{"retry_after_ms":86000}"#, 86),
            ([:], #"{"parameters":{"retryAfterSeconds":"87"}}"#, 87),
            (["X-RateLimit-Reset": "17"], #"{"retry_after":80}"#, 80),
            (["X-RateLimit-Reset": "99999999"], "", 3600), (["RateLimit": "x"], "", nil),
            ([:], #"{"retry_after":-1}"#, nil),
        ] as [([String: String], String, Int64?)])
    func `when to ask again is read wherever a server states it`(
        _ headers: [String: String], _ body: String, _ seconds: Int64?
    ) {
        let context = ReplyContext(isRefresh: true, sent: Date(timeIntervalSince1970: 1_800_000_000))
        func wait(_ status: Int, _ body: String, asked: Duration? = nil) -> Duration? {
            switch TokenReply(status: status, retryAfter: asked, headers: headers, body: Data(body.utf8), to: context) {
            case .unusable(_, let wait), .refused(_, let wait), .unexplained(_, let wait): wait
            case .granted, .replaced: nil
            }
        }
        #expect(wait(429, body) == seconds.map { .seconds($0) } && wait(503, body) == wait(429, body))
        #expect(wait(429, body, asked: .seconds(5)) == .seconds(5))
        #expect(wait(400, #"{"error":"rate_limited"}"#) == wait(429, ""))
        // The limit's window says nothing about other failures.
        #expect(wait(500, body) == nil && wait(400, #"{"error":"invalid_grant"}"#) == nil)
    }
}
