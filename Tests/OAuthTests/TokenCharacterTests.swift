import OAuth
import Testing
import Text

struct TokenCharacterTests {
    @Test(arguments: [
        "a\r\nX-Injected: 1", "a\n", "\ra", "a b", " a", "a\t", "a\u{0}", "é", "a\u{7f}", "a\u{80}", "a\u{1f}b",
        "\u{a0}a",
    ])
    func `a token that can't be sent in a header isn't handed out`(token: String) {
        #expect(!IssuedTokens(accessToken: Secret(token)).isUsable(withKey: true))
    }

    @Test(arguments: ["a", "!", "~", "abc.DEF-123_~+/==", "!\"#$%&'()*,:;<=>?@[\\]^`{|}"])
    func `a token of any visible ASCII characters is handed out`(token: String) {
        #expect(IssuedTokens(accessToken: Secret(token)).isUsable(withKey: false))
    }

    @Test func `a token that is bound to a key is only handed out where there is the key`() {
        let tokens = IssuedTokens(accessToken: Secret("a"), tokenType: "DPoP")
        #expect(tokens.isUsable(withKey: true))
        #expect(!tokens.isUsable(withKey: false))
    }

    @Test func `a token whose id_token is refused isn't handed out`() {
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
    func `blanks and commas separate scopes, and each scope counts once`(text: String, tokens: [String]) {
        #expect(Scope(parsing: text).tokens == tokens)
    }

    @Test func `scopes separated by commas are equal to those that were requested`() {
        #expect(Scope(parsing: "read write").missing(from: Scope(parsing: "write,read")).isEmpty)
    }
}
