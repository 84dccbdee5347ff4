import HTTPListener
import NIOHTTP1

extension HTTPAnswer {
    /// A page, with headers that keep the code and the page in this browser tab.
    init(_ page: Page, additional: HTTPHeaders = [:]) {
        var headers = Self.guardedHeaders
        headers.add(name: "Content-Type", value: "text/html; charset=utf-8")
        headers.add(contentsOf: additional)
        self.init(status: page.status, headers: headers, text: PageLayout.document(page).markup)
    }

    /// A redirect that is followed by GET, so that the URL with the code doesn't stay in the history.
    static func forward(to location: String) -> HTTPAnswer {
        var headers = guardedHeaders
        headers.add(name: "Location", value: location)
        return HTTPAnswer(status: .seeOther, headers: headers)
    }

    private static let guardedHeaders: HTTPHeaders = [
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Content-Security-Policy": PageStyle.contentSecurityPolicy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]
}
