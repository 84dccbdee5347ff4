import HTTPListener
import NIOHTTP1
import Pages

extension HTTPAnswer {
    /// The answer with a page, and with headers that keep the code and the page in this browser tab.
    init(_ page: Page, additional: HTTPHeaders = [:]) {
        let document = PageLayout.document(page)
        var headers = HTTPHeaders(document.headers + Self.isolation)
        headers.add(contentsOf: additional)
        self.init(status: page.status, headers: headers, text: document.text)
    }

    /// Redirects by GET to another path, so that the URL with the code doesn't stay in the browser's history.
    static func forward(to location: String) -> HTTPAnswer {
        var headers = HTTPHeaders(HTMLDocument.guardedHeaders(PageStyle.policy) + isolation)
        headers.add(name: "Location", value: location)
        return HTTPAnswer(status: .seeOther, headers: headers)
    }

    /// The headers that isolate the page: those of other origins get no reference to its window, and can't embed it.
    private static let isolation = [
        (name: "Cross-Origin-Opener-Policy", value: "same-origin"),
        (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
    ]
}
