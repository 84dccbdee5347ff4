import NIOHTTP1
import Pages

/// The pages for requests that aren't a response of an authorization server. Such requests change nothing.
extension Page {
    static let notFound = Page(
        .notFound, .plain, "Nothing here",
        """
        <p>A login of valetkey is pending on this computer, but not at this URL.</p>
        <p class="last">To continue it, open the URL that <code>valetkey login</code> shows.</p>
        """)

    static let foreignHost = Page(
        .forbidden, .plain, "Unknown host name",
        """
        <p class="last">valetkey answers only at <code>127.0.0.1</code>, <code>[::1]</code> and \
        <code>localhost</code>.</p>
        """)

    static let wrongMethod = Page(
        .methodNotAllowed, .plain, "Method not allowed",
        """
        <p class="last">A response is sent here by GET, or as a form by POST.</p>
        """)

    static let wrongMediaType = Page(
        .unsupportedMediaType, .plain, "This isn’t a form",
        """
        <p class="last">A posted response is <code>application/x-www-form-urlencoded</code>.</p>
        """)

    static let unreadable = Page(
        .badRequest, .care, "This response can’t be read",
        """
        <p>It is damaged, so nothing was changed.</p>
        <p class="last">If you are logging in right now, continue in the tab that valetkey opened: that login is \
        still pending.</p>
        """)

    static func refusedRequest(_ status: HTTPResponseStatus) -> Page {
        let reason: HTML =
            switch status {
            case .requestHeaderFieldsTooLarge, .payloadTooLarge: "It is too long."
            case .requestTimeout: "It took too long to arrive."
            case .serviceUnavailable: "Too many connections are open. Close other tabs, and load this one again."
            default: "It isn’t HTTP."
            }
        return Page(status, .plain, "This request was refused", "<p class=\"last\">\(reason)</p>")
    }
}
