import Pages
import Testing

struct HTMLTests {
    // AUTHZ-7
    @Test func `text in markup is escaped, markup in markup is not`() {
        let text = "<b> & \"c\" 'd'"
        let inner: HTML = "<i>\(text)</i>"
        let outer: HTML = "<p title=\"\(text)\">\(inner)</p>"
        let escaped = "&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;"
        #expect(outer.markup == "<p title=\"\(escaped)\"><i>\(escaped)</i></p>")
    }

    // AUTHZ-7
    @Test(arguments: ["\u{0}", "\u{1b}", "\u{7f}", "\u{85}", "\u{202e}", "\u{2066}", "\u{200f}"])
    func `characters that would affect the text around them are replaced`(character: String) {
        let html: HTML = "\("a\(character)b")"
        #expect(html.markup == "a\u{fffd}b")
    }

    @Test(arguments: ["\t", "\n", "\r", "é", "€", "\u{200d}", "\u{2027}", "\u{202f}", "\u{a0}", "\u{1f511}"])
    func `other characters are kept`(character: String) {
        let html: HTML = "\("a\(character)b")"
        #expect(html.markup == "a\(character)b")
    }

    @Test func `pieces are joined by a separator of markup`() {
        #expect(HTML(joining: ["<a>", "<b>"], with: "<br>").markup == "<a><br><b>")
        #expect(HTML(joining: [], with: "<br>").markup == "")
    }
}
