import FoundationEssentials
import OAuth
import Testing

struct RevocationReplyTests {
    // LOGOUT-2
    @Test(arguments: [
        (200, "", true), (204, "", true), (200, "{}", true), (200, "OK", true),
        (200, #"{"ok":true,"revoked":true}"#, true),
        (200, #"{"error":null}"#, true), (200, #"{"error":"invalid_token"}"#, true), (200, "<html></html>", true),
        (200, #"{"status":"revoked"}"#, true), (200, #"{"errors":[]}"#, true),
        (200, #"{"code":"TOKEN_NOT_FOUND"}"#, true),
        (200, #"{"error":"invalid_client"}"#, false), (200, #"{"error":"strange"}"#, false),
        (200, #"{"ok":false}"#, false), (200, #"{"ok":true,"revoked":false}"#, false),
        (200, #"{"success":false}"#, false),
        (200, #"{"error":{"code":7}}"#, false), (200, #"{"errors":[{"message":"no"}]}"#, false),
        (400, "{}", false), (503, "", false), (302, "", false),
    ])
    func `a token is revoked if the status says so and the body doesn't deny it`(
        _ status: Int, _ body: String, _ isRevoked: Bool
    ) {
        #expect(RevocationReply.isRevoked(status: status, body: Data(body.utf8)) == isRevoked)
    }
}
