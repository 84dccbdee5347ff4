import Pages
import Testing

struct HTMLDocumentTests {
    private let sheet: HTML = "p { margin: 0 }"
    /// Calculated by another program.
    private let hash = "'sha256-7IWhgxoOGTB5NQzjGk9OPt0FwhVeBvZGoWgF9xLLh8c='"
    private let scriptHash = "'sha256-GcEEE0IkDzIP5EQ6DXZaDPORqT5RTBELX8Fyzyg9yvo='"

    @Test func `the policy allows only what the page needs`() {
        #expect(
            ContentSecurityPolicy(sheet: sheet).text
                == "default-src 'none'; style-src \(hash); base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
        let more = ContentSecurityPolicy(
            sheet: sheet, script: "f()", formTargets: ["'self'", "http://127.0.0.1:1"], allowsDataImages: true)
        #expect(
            more.text
                == "default-src 'none'; style-src \(hash); base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self' http://127.0.0.1:1; img-src data:; script-src \(scriptHash)")
    }

    @Test func `a document contains its title, style, icon, body and script`() {
        let policy = ContentSecurityPolicy(sheet: sheet, script: "f()", allowsDataImages: true)
        let document = HTMLDocument(title: "A & \("B")", policy: policy, icon: "data:x", body: "<main></main>")
        #expect(document.text.hasPrefix("<!doctype html>\n<html lang=\"en\">\n"))
        let pieces = [
            "<title>A & B</title>\n", "<link rel=\"icon\" href=\"data:x\">\n", "<style>p { margin: 0 }</style>\n",
            "<body>\n<main></main>\n", "<script>f()</script>\n</body>",
        ]
        for piece in pieces { #expect(document.text.contains(piece)) }
        let bare = HTMLDocument(title: "A", policy: ContentSecurityPolicy(sheet: sheet), body: "B").text
        #expect(!bare.contains("<script") && !bare.contains("<link"))
    }

    // CALLBACK-3
    @Test func `an answer with a page is never framed, cached or sent as a referrer`() {
        let policy = ContentSecurityPolicy(sheet: sheet)
        let guarded = [
            "Referrer-Policy: no-referrer", "Cache-Control: no-store", "Content-Security-Policy: \(policy.text)",
            "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
        ]
        #expect(HTMLDocument.guardedHeaders(policy).map { "\($0.name): \($0.value)" } == guarded)
        let headers = HTMLDocument(title: "A", policy: policy, body: "B").headers.map { "\($0.name): \($0.value)" }
        #expect(headers == ["Content-Type: text/html; charset=utf-8"] + guarded)
    }
}
