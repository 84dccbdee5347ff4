import NIOHTTP1

/// Answers to requests that are no response of an authorization server. None of them changes anything.
extension Page {
    static let notFound = Page(
        .notFound, .plain, "Nothing here",
        """
        <p>A login of valetkey is pending on this computer, but not at this address.</p>
        <p class="last">To go on with it, open the address that <code>valetkey login</code> shows.</p>
        """)

    static let foreignHost = Page(
        .forbidden, .plain, "This name isn’t served",
        """
        <p class="last">valetkey answers to <code>127.0.0.1</code>, <code>[::1]</code> and <code>localhost</code> \
        alone.</p>
        """)

    static let wrongMethod = Page(
        .methodNotAllowed, .plain, "This method isn’t served",
        """
        <p class="last">A response arrives here by GET or as a form by POST.</p>
        """)

    static let wrongMediaType = Page(
        .unsupportedMediaType, .plain, "This is no form",
        """
        <p class="last">A posted response is <code>application/x-www-form-urlencoded</code>.</p>
        """)

    static let unreadable = Page(
        .badRequest, .care, "This response can’t be read",
        """
        <p>It is damaged, so nothing was changed.</p>
        <p class="last">If you are logging in right now, go on in the tab that valetkey opened: that login still \
        waits.</p>
        """)

    static func refusedRequest(_ status: HTTPResponseStatus) -> Page {
        let reason: HTML =
            switch status {
            case .requestHeaderFieldsTooLarge, .payloadTooLarge: "It is too long."
            case .requestTimeout: "It took too long to arrive."
            default: "It is no HTTP."
            }
        return Page(status, .plain, "This request can’t be taken", "<p class=\"last\">\(reason)</p>")
    }
}
