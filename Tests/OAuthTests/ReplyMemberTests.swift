import FoundationEssentials
import OAuth
import Testing
import Text

struct ReplyMemberTests {
    private func tokens(_ members: String, asked: Scope = Scope([])) throws -> IssuedTokens {
        let reply = TokenReply(
            status: 200, retryAfter: nil, body: Data(#"{"access_token":"a-token-1",\#(members)}"#.utf8),
            to: ReplyContext(scope: asked))
        guard case .granted(let tokens) = reply else { throw OAuthError("not granted") }
        return tokens
    }

    // A9
    @Test(
        arguments: [
            (#"["a","b"]"#, "a b", ["a", "b"]), (#"["a b"]"#, "a b", ["a", "b"]), (#""a,b""#, "a b", ["a", "b"]),
            (#""a, b""#, "a b", ["a", "b"]), (#""a b""#, "", ["a", "b"]), (#""read,all""#, "read,all", ["read,all"]),
            (#""read,all x""#, "read,all", ["read,all", "x"]), ("[]", "a", nil), (#""""#, "a", nil), ("null", "a", nil),
            ("[1,{}]", "a", nil), ("17", "a", nil), (#""a\tb\nc""#, "", ["a", "b", "c"]),
        ] as [(String, String, [String]?)])
    func `a scope is a string or a list, and commas separate it unless a requested scope contains one`(
        _ value: String, _ asked: String, _ expected: [String]?
    ) throws {
        let asked = Scope(asked.split(separator: " ").map(String.init))
        #expect(try tokens(#""scope":\#(value)"#, asked: asked).scope?.tokens == expected)
    }

    // A9
    @Test func `granted scopes that are joined with commas are recognized in any order`() {
        let asked = Scope(["read,write"])
        #expect(asked.missing(from: Scope(["write,read,more"])).isEmpty)
        #expect(asked.missing(from: Scope(["write", "read"])).isEmpty)
        #expect(asked.missing(from: Scope(["read"])).tokens == ["read,write"])
    }

    // A14
    @Test func `unknown scalar members are kept unchanged`() throws {
        let members =
            #""instance_url":"https://x.example","api_domain":"https://y.example","realm":123456789012,"f":1.5,"ok":true,"#
            + #""list":["a"],"object":{},"nothing":null,"token_type":"bearer","expires_in":5,"scope":"a","expires_at":9,"#
            + #""refresh_token":"r-token-1","id_token":"i-token-1","x_refresh_token_expires_in":7,"error":"","#
            + #""old_refresh_token":"z","client_secret":"s","echo":"see r-token-1","\u0007":"bell","ext_expires_in":8"#
        #expect(
            try tokens(members).extra == [
                "instance_url": .text("https://x.example"), "api_domain": .text("https://y.example"),
                "realm": .whole(123_456_789_012), "f": .number(1.5), "ok": .flag(true),
            ])
    }

    // A14
    @Test func `the number and size of kept members are limited`() throws {
        let many = (0..<100).map { #""m\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try tokens(many).extra.count == 32)
        let long = String(repeating: "x", count: 1025)
        #expect(try tokens(#""a":"\#(long)","b":"\#(long.dropLast())","\#(long)":1"#).extra.keys.sorted() == ["b"])
    }

    // A14
    @Test func `kept members are encoded and decoded without a change of type`() throws {
        let extra: [String: ExtraMember] = ["a": .text("t"), "b": .whole(-3), "c": .number(0.5), "d": .flag(false)]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(extra)
        #expect(String(decoding: data, as: UTF8.self) == #"{"a":"t","b":-3,"c":0.5,"d":false}"#)
        #expect(try JSONDecoder().decode([String: ExtraMember].self, from: data) == extra)
    }

    // A14
    @Test func `members of an authorization response are kept likewise`() {
        let fields = [
            FormField("code", "c"), FormField("state", "s"), FormField("realmId", "42"), FormField("realmId", "43"),
            FormField("note", "the state is state-0123456"),
        ]
        let extra = [String: ExtraMember](fields, without: SecretMask([Secret("state-0123456")]))
        #expect(extra == ["realmId": .text("42")])
    }

    @Test func `tokens are read at the top where the member for them has none`() {
        let body = #"{"access_token":"a","refresh_token":"r","authed_user":{"id":"U1"}}"#
        let reply = TokenReply(
            status: 200, retryAfter: nil, body: Data(body.utf8), to: ReplyContext(tokensPath: ["authed_user"]))
        guard case .granted(let tokens) = reply else {
            Issue.record("\(reply)")
            return
        }
        #expect(tokens.accessToken == Secret("a") && tokens.refreshToken == Secret("r"))
    }
}
