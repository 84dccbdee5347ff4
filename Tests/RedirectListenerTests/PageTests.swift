import NIOHTTP1
import OAuth
import Pages
import Testing

@testable import RedirectListener

struct PageTests {
    static let verdicts: [RedirectVerdict] = [
        .granted(account: "ads", scope: Scope(["a", "b"]), missingScope: Scope([])),
        .granted(account: "ads", scope: Scope([]), missingScope: Scope(["c"])),
        .refused(detail: "The user said no"),
        .failed(detail: "the token endpoint said invalid_grant", hint: "try again"), .expired, .cancelled,
        .alreadyUsed, .adminConsented, .unsaved(detail: "no space", hint: "free some"), .foreign,
        .notReady(detail: "no reply", hint: "check the network"),
    ]

    // AUTHZ-7
    @Test(arguments: [
        RedirectVerdict.granted(account: "<x", scope: Scope(["<x"]), missingScope: Scope(["<x"])),
        .granted(account: "a", scope: Scope([]), missingScope: Scope([]), user: "<x"), .refused(detail: "<x"),
        .failed(detail: "<x", hint: "<x"),
        .notReady(detail: "<x", hint: "<x"), .unsaved(detail: "<x", hint: "<x"),
    ])
    func `no text of a result is written unescaped`(verdict: RedirectVerdict) {
        let document = PageLayout.document(Page(verdict)).text
        #expect(!document.contains("<x"))
        #expect(document.contains("&lt;x"))
    }

    @Test(arguments: verdicts)
    func `a page loads nothing`(verdict: RedirectVerdict) {
        let document = PageLayout.document(Page(verdict)).text
        #expect(!document.contains("<script") && !document.contains("style=\"") && !document.contains("@import"))
        #expect(!document.contains("src=") && !document.contains("url("))
        #expect(document.contains("<html lang=\"en\">") && document.contains("<h1>"))
        #expect(document.utf8.count < 8000)
    }

    // B5
    @Test func `the page for a foreign response says how to cancel the pending login`() {
        let page = Page(.foreign).body.markup
        #expect(page.contains("still waits") && page.contains("Ctrl-C"))
    }

    @Test func `only a success looks like a success`() {
        #expect(Self.verdicts.map { Page($0).status.code } == [200, 200, 403, 424, 410, 410, 409, 200, 507, 400, 503])
    }

    @Test func `a text that is too long for a page is cut off`() {
        let document = PageLayout.document(Page(.refused(detail: String(repeating: "x", count: 60_000)))).text
        #expect(document.utf8.count < 8000)
        #expect(document.contains("xxx…"))
    }

    @Test func `a scope that is a URL may break at its slashes, and is also shown whole`() {
        let scope = Scope(["https://a.example/b"])
        let page = Page(.granted(account: "ads", scope: scope, missingScope: Scope([]))).body.markup
        #expect(page.contains("<code title=\"https://a.example/b\">https:/<wbr>/<wbr>a.example/<wbr>b</code>"))
    }

    @Test func `missing scopes are listed apart`() throws {
        let page = Page(.granted(account: "ads", scope: Scope(["a"]), missingScope: Scope(["c"]))).body.markup
        let (granted, missing) = (page.firstRange(of: "<code>a<"), page.firstRange(of: "<code>c<"))
        let heading = try #require(page.firstRange(of: "Not granted"))
        #expect(try #require(granted).lowerBound < heading.lowerBound)
        #expect(try #require(missing).lowerBound > heading.lowerBound)
        let whole = Page(.granted(account: "ads", scope: Scope(["a"]), missingScope: Scope([]))).body.markup
        #expect(!whole.contains("Not"))
    }
}
