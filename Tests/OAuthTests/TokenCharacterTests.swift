import OAuth
import Testing
import Text

struct TokenCharacterTests {
    @Test(arguments: [
        "a\r\nX-Injected: 1", "a\n", "\ra", "a b", " a", "a\t", "a\u{0}", "é", "a\u{7f}", "a\u{80}", "a\u{1f}b",
        "\u{a0}a",
    ])
    func `a token that can't be sent in a header is recognized`(token: String) {
        #expect(!Secret(token).fitsHeader)
    }

    @Test(arguments: ["a", "!", "~", "abc.DEF-123_~+/==", "!\"#$%&'()*,:;<=>?@[\\]^`{|}"])
    func `any visible ASCII fits a header`(token: String) {
        #expect(Secret(token).fitsHeader)
    }

    @Test func `a token that is bound to a key is handed out only if there is a key`() {
        #expect(IssuedTokens.isUsable(type: "DPoP", withKey: true))
        #expect(!IssuedTokens.isUsable(type: "DPoP", withKey: false))
    }

    // A8
    @Test(arguments: [true, false])
    func `a Bearer token can be handed out, and one of an unknown type can't`(hasKey: Bool) {
        #expect(IssuedTokens.isUsable(type: "Bearer", withKey: hasKey))
        #expect(!IssuedTokens.isUsable(type: "bot", withKey: hasKey))
        #expect(!IssuedTokens.isUsable(type: "", withKey: hasKey))
    }
}

struct ScopeParsingTests {
    // TOKEN-7
    @Test(arguments: [
        ("a b", ["a", "b"]), ("a,b", ["a", "b"]), ("a, b ,c", ["a", "b", "c"]), (",a,,b ", ["a", "b"]), ("", []),
        (", ", []), ("a a,a", ["a"]), ("b a", ["b", "a"]), ("https://x.example/y.z", ["https://x.example/y.z"]),
    ])
    func `blanks and commas separate scopes, and duplicates are removed`(text: String, tokens: [String]) {
        #expect(Scope(parsing: text).tokens == tokens)
    }

    @Test func `scopes separated by commas are equal to those that were requested`() {
        #expect(Scope(parsing: "read write").missing(from: Scope(parsing: "write,read")).isEmpty)
    }
}
