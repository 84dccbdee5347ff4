import Testing

@testable import APIServer

struct PathTemplateTests {
    private let template: PathTemplate = "/accounts/{account}/tokens/{token}"

    @Test func `the names are those in braces`() {
        #expect(template.names == ["account", "token"])
        #expect(("/health" as PathTemplate).names == [])
        #expect("\(template)" == "/accounts/{account}/tokens/{token}")
    }

    @Test func `a matching path gives the values of the names`() {
        #expect(template.match(["accounts", "ads", "tokens", "mail"]) == ["ads", "mail"])
        #expect(template.match(["accounts", "", "tokens", "tokens"]) == ["", "tokens"])
        #expect(("/health" as PathTemplate).match(["health"]) == [])
    }

    @Test(arguments: [
        [], ["accounts"], ["accounts", "ads", "tokens"], ["accounts", "ads", "tokens", "mail", ""],
        ["Accounts", "ads", "tokens", "mail"], ["accounts", "ads", "token", "mail"], ["", "ads", "tokens", "mail"],
    ])
    func `any other path doesn't match`(path: [String]) {
        #expect(template.match(path) == nil)
    }

    @Test(arguments: [
        ("/token/ads", ["token", "ads"]), ("/token/", ["token", ""]), ("/", [""]), ("", []), ("*", []),
        ("//token", ["", "token"]), ("/a//b", ["a", "", "b"]), ("http://x/a", ["", "x", "a"]),
        ("/%61%64s", ["ads"]), ("/a%2Fb/c", ["a/b", "c"]), ("/a%2fb", ["a/b"]), ("/a+b", ["a+b"]),
        ("/a%2Bb+c", ["a+b+c"]), ("/%61&b=c+d", ["a&b=c+d"]), ("/a%26b%3Dc", ["a&b=c"]), ("/a%20b", ["a b"]),
        ("/%C3%A9", ["é"]), ("/%", ["%"]), ("/%6", ["%6"]), ("/%zz%61", ["%zz%61"]), ("/%ff", ["%ff"]),
        ("/.", ["."]), ("/a/../b", ["a", "..", "b"]), ("/a;b", ["a;b"]), ("/%25", ["%"]), ("/%2561", ["%61"]),
    ])
    func `a path is split before it is unescaped`(path: String, segments: [String]) {
        #expect(PathTemplate.segments(of: path[...]) == segments)
    }
}
