import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

struct BrokenReplyTests {
    private func reply(_ body: String, status: Int = 200, isRefresh: Bool = true, at path: [String] = []) -> TokenReply
    {
        TokenReply(
            status: status, retryAfter: nil, body: Data(body.utf8),
            to: ReplyContext(isRefresh: isRefresh, tokensPath: path))
    }

    private func tokens(_ body: String) -> [String?] {
        guard case .granted(let tokens) = reply(body) else { return [] }
        return [tokens.accessToken.expose(), tokens.refreshToken?.expose()]
    }

    // TOKEN-11
    @Test(arguments: [
        #"{"access_token":"a","refresh_token":"r""#, #"{"access_token":"a","refresh_token":"r","#,
        #"{"access_token":"a","refresh_token":"r","expires_in":36"#,
        #"{"refresh_token":"r","access_token":"a","n":{"x"#,
        #"{"access_token":"a","refresh_token":"r","scope":"a b c"#, #"{"access_token":"a","refresh_token":"r","x":[1,"#,
        #"{"access_token":"a","refresh_token":"r","x":"\"#, #"{"access_token":"a","refresh_token":"r","x":nul"#,
    ])
    func `the tokens of a reply that is cut after them are taken`(_ body: String) {
        #expect(tokens(body) == ["a", "r"])
        #expect(TokenReply.holdsToken(body.utf8))
        guard case .granted(let tokens) = reply(body) else { return }
        #expect(tokens.expiresIn == nil && tokens.scope == nil)
    }

    // TOKEN-11
    @Test(arguments: [
        #"{"access_token":"a","token_type":"be"#, #"{"access_token":"a","refresh_token":"r"#,
        #"{"access_token":"a","refresh_token":"r\""#, #"{"access_token":"a"#, #"{"access_token":"a","refresh_token":"#,
        "{", #"{"refresh_token":17"#,
    ])
    func `of a reply that is cut before the end of its refresh token nothing is taken`(_ body: String) {
        guard case .unusable = reply(body) else {
            Issue.record("\(reply(body))")
            return
        }
        #expect(!TokenReply.holdsToken(body.utf8))
    }

    // A2, TOKEN-11
    @Test(arguments: [
        #"{"access_token":"a","expires_in":NaN,"refresh_token":"r"}"#, #"{'access_token':'a','refresh_token':'r'}"#,
        #"{"access_token":"a","refresh_token":"r",}"#, #"{"access_token":"a","x":[1,2,],"refresh_token":"r",,}"#,
        #"{"access_token":"a",/* x, "refresh_token":"z" */"refresh_token":"r"}"#,
        "{\"access_token\":\"a\", // \"refresh_token\":\"z\"\n\"refresh_token\":\"r\"}",
        "{# note\n\"access_token\":\"a\",\"refresh_token\":\"r\"}",
        "{\"access_token\":\"a\",\"note\":\"one\ntwo\",\"refresh_token\":\"r\"}",
        #"{access_token:"a",refresh_token:"r"}"#, #"{"access_token":"a" "refresh_token":"r"}"#,
        "{\"access_token\":\"a\"\n\"refresh_token\":\"r\"}", #"{"access_token":"a","x":,"refresh_token":"r"}"#,
        #"{"note":"say "hi" now","access_token":"a","refresh_token":"r"}"#,
        #"{"access_token":"a","x":undefined,"refresh_token":"r"}"#, #"{"access_token":"a","refresh_token":"r"]}"#,
        #"{"access_token":"a","x":{"y":"b"c"},"refresh_token":"r"}"#,
        #"{"access_token":"a","x":.5.5,"refresh_token":"r"}"#,
        #"{"access_token":"a","x":["b"c","d"],"refresh_token":"r"}"#,
        #"{"access_token":"a","x" "y","refresh_token":"r"}"#,
        #"{"access_token":"a","x":foo({"y":1}),"refresh_token":"r"}"#,
        #"{"access_token":"a","x":1 2,"refresh_token":"r"}"#,
        #"{"access_token":"a","refresh_token":"r","x":"y" z}"#, #"{"access_token":"a","refresh_token":"r","x":[}"#,
    ])
    func `tokens are read from JSON that isn't quite right`(_ body: String) {
        #expect(tokens(body) == ["a", "r"])
    }

    // TOKEN-11
    @Test(arguments: [
        #"{"access_token":"a","refresh_token":"r"x","n":1}"#, #"{"access_token":"a","refresh_token":r}"#,
        #"{"access_token":"a","refresh_token":{"x":"r"}}"#, #"{"access_token":"a","refresh_token":["r","s"]}"#,
        #"{"access_token":"a","refresh_token":true}"#, #"{"access_token":"a","refresh_token":1.5}"#,
    ])
    func `what may not be the whole refresh token isn't taken for it`(_ body: String) {
        #expect(tokens(body) == ["a", nil])
    }

    // TOKEN-9
    @Test(arguments: [
        (#"{"access_token":null,"access_token":"a","refresh_token":null,"refresh_token":"r"}"#, "a", "r"),
        (#"{"access_token":"a","access_token":null,"refresh_token":"r","refresh_token":""}"#, "a", "r"),
        (#"{"access_token":"x","access_token":"a","refresh_token":"y","refresh_token":"r"}"#, "a", "r"),
        (#"{"access_token":["a"],"refresh_token":["r"]}"#, "a", "r"),
        (
            #"{"access_token":12345678901234567890,"refresh_token":98765432109876543210}"#, "12345678901234567890",
            "98765432109876543210"
        ),
        (#"{"accessToken":"a","refreshToken":"r"}"#, "a", "r"), (#"{"Access_Token":"a","RefreshToken":"r"}"#, "a", "r"),
        (#"{"refreshToken":"x","access_token":"a","refresh_token":"r"}"#, "a", "r"),
        (
            #"{"access_token":"\u0061\/\n\t\\","refresh_token":"\ud83d\ude00\b\f\r\"\q"}"#, "a/\n\t\\",
            "\u{1f600}\u{8}\u{c}\r\"q"
        ),
        ("access_token=a&expires_in=3600&refresh_token=r%2F1", "a", "r/1"),
        (
            "<?xml version=\"1.0\"?>\n<o:r xmlns:o=\"u\"><o:access_token>a</o:access_token><refresh_token> r&amp; </refresh_token></o:r>",
            "a", "r&"
        ),
        ("<OAuth><access_token>a</access_token><refresh_token><![CDATA[r]]></refresh_token><x>", "a", "r"),
    ])
    func `tokens are read in any form in which servers write them`(_ body: String, _ access: String, _ refresh: String)
    {
        #expect(tokens(body) == [access, refresh])
    }

    @Test(arguments: [
        "<html><access_token>a</access_token></html>", "<!DOCTYPE html><p>access_token=a&refresh_token=r",
        "say access_token", "<access_token>a", "x=1&y=2", "token=a",
    ])
    func `a page or other text holds no token`(_ body: String) {
        #expect(tokens(body) == [] && !TokenReply.holdsToken(body.utf8))
    }

    // TOKEN-11
    @Test(arguments: [
        #"{"refresh_token":"r"}"#, #"{"refresh_token":"r","access_token":"a"#,
        #"{"refresh_token":"r","access_token":null}"#,
        #"{"refresh_token":"r","expires_in":NaN"#, #"{"refresh_token":"r","access_token":""}"#,
    ])
    func `a refresh token without an access token replaces the one that was sent`(_ body: String) {
        guard case .replaced(let token, let reason) = reply(body) else {
            Issue.record("\(reply(body))")
            return
        }
        #expect(token == Secret("r") && reason.contains("without an access token"))
        #expect(TokenReply.holdsToken(body.utf8))
        for (status, isRefresh) in [(400, true), (500, true), (302, true), (200, false)] {
            if case .replaced = reply(body, status: status, isRefresh: isRefresh) { Issue.record("\(status)") }
        }
    }

    // TOKEN-11
    @Test func `a refresh token below the configured member replaces the one that was sent`() {
        let body = #"{"ok":true,"user":{"refresh_token":"r","access_token":"a"#
        #expect(
            reply(body, at: ["user"]) == .granted(IssuedTokens(accessToken: Secret("a")))
                || {
                    if case .replaced(Secret("r"), _) = reply(body, at: ["user"]) { true } else { false }
                }())
        #expect(TokenReply.holdsToken(body.utf8, at: ["user"]) && !TokenReply.holdsToken(body.utf8))
    }

    // TOKEN-6
    @Test func `an error takes precedence over a refresh token`() {
        guard case .refused(let error, _) = reply(#"{"error":"invalid_grant","refresh_token":"r"}"#) else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == .invalidGrant)
        guard case .refused = reply(#"{"error":"invalid_grant",'x':NaN,}"#, status: 400) else {
            Issue.record("broken JSON isn't read")
            return
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: HostileReply.allCases)
    func `a hostile reply is read in little time`(_ hostile: HostileReply) {
        #expect(tokens(hostile.body) == [])
    }

    @Test func `deep or endless nesting is read in little time`() {
        for body in [
            String(repeating: #"{"a":"#, count: 2_000), String(repeating: "[", count: 2_000),
            #"{"a":"# + String(repeating: "[", count: 2_000), String(repeating: #","a"#, count: 2_000),
            #"{"a":x"# + String(repeating: ",'b", count: 2_000), String(repeating: "{,", count: 2_000),
        ] {
            #expect(!TokenReply.holdsToken(body.utf8))
        }
        let deep = #"{"x":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(tokens(deep + #","access_token":"a","refresh_token":"r"}"#) == ["a", "r"])
    }
}

/// Replies of several hundred kilobytes that would take minutes if each place were read again and again.
enum HostileReply: CaseIterable {
    case openComments, escapedQuotes, names, namesBeforeComments, openAttributes, openSections, openRemarks, scripts,
        ends

    var body: String {
        switch self {
        case .openComments: "{a" + repeated(",/*")
        case .escapedQuotes: #"{"a":b"# + repeated(#",'\'"#)
        case .names: "{" + repeated(#""a""#)
        case .namesBeforeComments: "{a" + repeated(#","a"/*"#)
        case .openAttributes: "<a " + (0..<40_000).map { "n\($0)=\"" }.joined(separator: " ") + "\">"
        case .openSections: "<a>" + repeated("<![CDATA[")
        case .openRemarks: "<a>" + repeated("<!--")
        case .scripts: repeated("<script>")
        case .ends: "<a>" + repeated("</b>  ")
        }
    }

    private func repeated(_ text: String) -> String { String(repeating: text, count: 400_000 / text.utf8.count) }
}
