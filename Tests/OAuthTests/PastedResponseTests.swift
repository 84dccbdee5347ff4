import OAuth
import Testing
import Text

// B3
struct PastedResponseTests {
    private static let right = [FormField("code", "4/0Ab-c"), FormField("state", "S1")]
    private static let url = "http://127.0.0.1:4711/?code=4%2F0Ab-c&state=S1"

    /// Pasted texts that contain the right response.
    private static let texts = [
        url, "  \(url)\n", "\"\(url)\"", "'\(url)'", "<\(url)>", "“\(url)”", "«\(url)»", "(\(url))", "`\(url)`",
        url.replacing("&", with: "&amp;"), url.replacing("&", with: "&#38;"), url.replacing("&", with: "\\u0026"),
        url.replacing("?", with: "\\?").replacing("&", with: "\\&").replacing("=", with: "\\="),
        url.replacing("?", with: "#"), url.replacing("?", with: "?x=y#"), url.replacing("?", with: "#/callback?"),
        "\(url)#_=_", "\(url)#", "?code=4%2F0Ab-c&state=S1", "code=4%2F0Ab-c&state=S1", "#code=4%2F0Ab-c&state=S1",
        "https://login.example/native?code=4%2F0Ab-c&state=S1", "com.example.app:/cb?code=4%2F0Ab-c&state=S1",
        "[the page](\(url))", "where?\(url)", "http://127.0.0.1/;x=1?code=4%2F0Ab-c&state=S1",
        "so?https://login.example/?code=4%2F0Ab-c&state=S1", "It says \(url) now",
        "URL: \(url)", "at\n\(url)\nit says: no connection",
        "see http://help.example/x?y=z\n\n\(url)", "\(url)\n\nthanks",
        // Broken into lines, as terminals and mail programs do.
        "http://127.0.0.1:4711/?co\nde=4%2F0Ab-c&state=S1", "http://127.0.0.1:4711/?code=4%2F0A\r\nb-c&state=S1",
        "http://127.0.0.1:4711/?code=4%2F0A\n  b-c&sta\n  te=S1\n",
        "> http://127.0.0.1:4711/?code=4%2\n> F0Ab-c&state=S1",
        "<http://127.0.0.1:4711/?code=4%2F0Ab-c&st\nate=S1> it says", "http://127.0.0.1:4711/?code=4%2F0 Ab-c&state=S1",
        "http://127.0.0.1:4711/\u{200b}?code=4%2F0Ab-c&sta\u{ad}te=S1",
        // Inside another address.
        "about:neterror?e=connectionFailure&u=http%3A//127.0.0.1%3A4711/%3Fcode%3D4%252F0Ab-c%26state%3DS1&c=UTF-8",
        "https://links.example/?to=http%3A%2F%2F127.0.0.1%2F%3Fcode%3D4%252F0Ab-c%26state%3DS1",
        "http%3A%2F%2F127.0.0.1%3A4711%2F%3Fcode%3D4%252F0Ab-c%26state%3DS1",
    ]

    @Test(arguments: texts)
    func `the response is found however it was copied`(text: String) throws {
        let pasted = try #require(PastedResponse(text))
        let responses = pasted.readings.map { $0.filter { $0.name == "code" || $0.name == "state" } }
        #expect(responses.first { $0.count == 2 && $0.last == Self.right.last } == Self.right)
        #expect(pasted.code == nil)
    }

    @Test func `the longer of two readings comes first, and the shorter one is included`() throws {
        let pasted = try #require(PastedResponse("http://127.0.0.1/?state=S1&code=ab\ncd\n\nthanks"))
        let codes = pasted.readings.compactMap { reading in reading.first { $0.name == "code" }?.value }
        #expect(codes.prefix(2) == ["abcd", "ab"])
        let prose = try #require(PastedResponse("http://127.0.0.1/?state=S1&code=ab\nthat is all"))
        #expect(prose.readings.first?.last == FormField("code", "ab"))
        let middle = try #require(PastedResponse("http://127.0.0.1/?state=S1&code=ab it says\nthanks"))
        #expect(middle.readings.first?.last == FormField("code", "ab"))
    }

    @Test(
        arguments: [
            ("4/0Ab-c", "4/0Ab-c"), ("4%2F0Ab-c", "4/0Ab-c"), ("4%2f0Ab-c", "4/0Ab-c"), (" 4/0A\nb-c ", "4/0Ab-c"),
            ("\"4/0Ab-c\"", "4/0Ab-c"), ("<4/0Ab-c>", "4/0Ab-c"), ("a+b/1==", "a+b/1=="), ("a%2B1", "a+1"),
            ("ab1%", "ab1%"), ("M.C507_BL2.2.U.x-y!z*$$", "M.C507_BL2.2.U.x-y!z*$$"), ("ab1#_=_", "ab1"),
            ("a&1", "a&1"), ("12345", "12345"),
            ("SplxlOBeZQQYbYS_WxSbIASplxlOBeZQ", "SplxlOBeZQQYbYS_WxSbIASplxlOBeZQ"),
        ])
    func `a bare code is read exactly as the server issued it`(text: String, code: String) {
        #expect(PastedResponse(text)?.code == Secret(code))
        #expect(PastedResponse(text)?.readings == [])
    }

    @Test(arguments: [
        "I can't find it", "the page\nsays no", "foo=bar", "é", "a\u{7}b", "about:blank",
        "chrome-error://chromewebdata/",
        "http://127.0.0.1/?code=c", "code=c", "state=S1", "state%3DS1", "error=access_denied",
        "https%3A%2F%2Fx%3Fcode%3Dc", "==",
        "\"\"",
    ])
    func `text that may be something else isn't a bare code`(text: String) throws {
        #expect(try #require(PastedResponse(text)).code == nil)
    }

    @Test(arguments: [
        "help", "redirect_uri_mismatch", "AADSTS", "what?", "can't", "sign-in", "quit", "1234", "404",
        "SplxlOBeZQQYbYS_WxSbIASplxlOBeZ",
    ])
    func `a word that is too short and too plain for a code isn't one`(text: String) throws {
        let pasted = try #require(PastedResponse("\"\(text)\""))
        #expect(pasted.code == nil && pasted.word == text && pasted.readings.isEmpty)
        #expect(try #require(PastedResponse("\(text)/12345")).word == nil)
    }

    @Test(arguments: ["", " ", "\n\r\n\t", "\u{200b}", "> \n>"])
    func `an empty text isn't a response`(text: String) {
        #expect(PastedResponse(text) == nil)
    }

    @Test(arguments: [
        ("about:neterror?e=x", true), ("chrome-error://chromewebdata/", true), ("About:Blank", true),
        ("http://127.0.0.1/?code=c&state=S1", false), ("xabout:blank", false), ("abc", false),
    ])
    func `an address of the browser's own pages is recognized`(text: String, isOne: Bool) {
        #expect(PastedResponse(text)?.isBrowserPage == isOne)
    }

    @Test func `text with broken escapes has no reading`() throws {
        #expect(try #require(PastedResponse("http://127.0.0.1/?code=%zz&state=S1")).readings.isEmpty)
    }

    @Test func `a very long text is read in bounded time`() throws {
        let pasted = try #require(PastedResponse(String(repeating: "code=c\n", count: 5000)))
        #expect(pasted.readings.count < 20_000)
    }
}
