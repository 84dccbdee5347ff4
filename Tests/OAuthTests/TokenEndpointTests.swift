import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

struct TokenReplyTests {
    func reply(_ status: Int, _ body: String) -> TokenReply {
        TokenReply(status: status, retryAfter: nil, body: Data(body.utf8))
    }

    func tokens(_ body: String) throws -> IssuedTokens {
        guard case .granted(let tokens) = reply(200, body) else { throw NotGranted() }
        return tokens
    }

    struct NotGranted: Error {}

    // TOKEN-2, TOKEN-4
    @Test(arguments: ["Bearer", "bearer", "BEARER"])
    func `the token type is compared without case`(type: String) throws {
        let tokens = try tokens(#"{"access_token":"a","token_type":"\#(type)","ext_expires_in":1,"x":[{}]}"#)
        #expect(tokens.tokenType == "Bearer")
        #expect(IssuedTokens.isUsable(type: tokens.tokenType, withKey: false))
    }

    // TOKEN-5
    @Test func `a token of an unknown type is kept but not handed out`() throws {
        let tokens = try tokens(#"{"access_token":"a","token_type":"mac","refresh_token":"r"}"#)
        #expect(tokens.tokenType == "mac" && !IssuedTokens.isUsable(type: "mac", withKey: true))
        #expect(tokens.refreshToken == Secret("r"))
    }

    // TOKEN-3
    @Test(arguments: [
        ("3600", 3600), (#""3599""#, 3599), ("3599.9", 3599), ("null", nil), (#""soon""#, nil), ("-1", nil),
        ("{}", nil),
    ])
    func `expires_in is a number, digits or absent`(text: String, seconds: Int64?) throws {
        let tokens = try tokens(#"{"access_token":"a","token_type":"bearer","expires_in":\#(text)}"#)
        #expect(tokens.expiresIn?.components.seconds == seconds)
    }

    // REFRESH-6
    @Test(arguments: [
        (200, "<html>login</html>"), (200, #"{"access_token":"a","#), (200, "{}"), (200, "[]"), (200, ""), (400, ""),
        (401, "nope"), (403, #"{"message":"x"}"#), (408, #"{"error":"invalid_grant"}"#),
        (429, #"{"error":"invalid_client"}"#), (500, #"{"error":"invalid_grant"}"#), (503, ""), (302, ""),
        (500, #"{"access_token":"a"}"#), (200, #"{"access_token":""}"#), (200, #"{"access_token":true}"#),
    ])
    func `a reply without tokens and without an OAuth error changes nothing`(status: Int, body: String) {
        switch reply(status, body) {
        case .unusable: #expect(![400, 401].contains(status))
        case .unexplained: #expect([400, 401].contains(status))
        default: Issue.record("\(reply(status, body))")
        }
    }

    // TOKEN-6
    @Test func `an error keeps its description`() {
        let body =
            #"{"error":"invalid_grant","error_description":"AADSTS70000: gone\r\nTrace ID: 1","error_codes":[70000]}"#
        let error = OAuthError("invalid_grant", description: "AADSTS70000: gone Trace ID: 1", numbers: [70000])
        #expect(reply(400, body) == .refused(error, retryAfter: nil))
        #expect(error.code == .invalidGrant)
    }

    @Test func `an OAuth error with status 200 is an error`() {
        #expect(
            reply(200, #"{"error":"bad_refresh_token"}"#)
                == .refused(OAuthError("bad_refresh_token"), retryAfter: nil))
    }

    @Test func `Retry-After is limited to an hour`() {
        let reply = TokenReply(status: 503, retryAfter: .seconds(1_000_000), body: Data())
        #expect(reply == .unusable(reason: "HTTP 503 without an OAuth error", retryAfter: .seconds(3600)))
    }
}

struct ScopeTests {
    // TOKEN-7
    @Test func `a wider or reordered scope lacks nothing`() {
        let asked = Scope(parsing: "b a offline_access")
        #expect(asked.missing(from: Scope(parsing: "a c b")).isEmpty)
        #expect(asked.missing(from: Scope(parsing: "a")).tokens == ["b"])
    }
}

struct FormEncodingTests {
    @Test func `form encoding and decoding restore the same text`() {
        let fields = [FormField("a b", "ü&=+%/"), FormField("", "\0"), FormField("~", "")]
        #expect(FormEncoding.decode(FormEncoding.encode(fields)) == fields)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3=1"])
    func `malformed escapes or octets make the whole form invalid`(text: String) {
        #expect(FormEncoding.decode(text) == nil)
    }

    // KEEP-2
    @Test func `no way of printing a secret reveals it`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["k": secret], to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)".contains("hunter2"))
    }
}
