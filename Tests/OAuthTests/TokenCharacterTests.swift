import OAuth
import Testing
import Text

struct TokenCharacterTests {
    @Test(arguments: [
        "a\r\nX-Injected: 1", "a\n", "\ra", "a b", " a", "a\t", "a\u{0}", "é", "a\u{7f}", "a\u{80}", "a\u{1f}b",
        "\u{a0}a",
    ])
    func `a token that no header can carry isn't handed out`(token: String) {
        #expect(!IssuedTokens(accessToken: Secret(token)).isUsable(withKey: true))
    }

    @Test(arguments: ["a", "!", "~", "abc.DEF-123_~+/==", "!\"#$%&'()*,:;<=>?@[\\]^`{|}"])
    func `any visible ASCII is handed out`(token: String) {
        #expect(IssuedTokens(accessToken: Secret(token)).isUsable(withKey: false))
    }

    @Test func `a token that is bound to a key is for those who have it`() {
        let tokens = IssuedTokens(accessToken: Secret("a"), tokenType: "DPoP")
        #expect(tokens.isUsable(withKey: true))
        #expect(!tokens.isUsable(withKey: false))
    }

    @Test func `a token whose id_token isn't believed isn't handed out`() {
        var tokens = IssuedTokens(accessToken: Secret("a"))
        tokens.isBelieved = false
        #expect(!tokens.isUsable(withKey: true))
    }
}

struct ScopeParsingTests {
    // TOKEN-7
    @Test(arguments: [
        ("a b", ["a", "b"]), ("a,b", ["a", "b"]), ("a, b ,c", ["a", "b", "c"]), (",a,,b ", ["a", "b"]), ("", []),
        (", ", []), ("a a,a", ["a"]), ("b a", ["b", "a"]), ("https://x.example/y.z", ["https://x.example/y.z"]),
    ])
    func `blanks and commas separate, and each scope counts once`(text: String, tokens: [String]) {
        #expect(Scope(parsing: text).tokens == tokens)
    }

    @Test func `comma-separated scopes are the ones that were asked for`() {
        #expect(Scope(parsing: "read write").missing(from: Scope(parsing: "write,read")).isEmpty)
    }
}
