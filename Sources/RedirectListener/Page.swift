import NIOHTTP1
import OAuth
import Pages

/// The content of a page. `PageLayout` makes the document of it.
struct Page: Sendable {
    /// The colour and the sign of a page.
    enum Tone: Sendable {
        case good, care, bad, plain
    }

    var status: HTTPResponseStatus
    var tone: Tone
    var title: HTML
    var body: HTML

    init(_ status: HTTPResponseStatus, _ tone: Tone, _ title: HTML, _ body: HTML) {
        self.status = status
        self.tone = tone
        self.title = title
        self.body = body
    }
}

extension Page {
    init(_ verdict: RedirectVerdict) {
        switch verdict {
        case .granted(let account, let scope, let missing, let user):
            self = .granted(account, user: user, scope: scope, missing: missing)
        case .unsaved(let detail, let hint): self = .unsaved(detail, hint: hint)
        case .refused(let detail): self = .refused(detail)
        case .failed(let detail, let hint): self = .failed(detail, hint: hint)
        case .expired: self = .expired
        case .cancelled: self = .cancelled
        case .alreadyUsed: self = .alreadyUsed
        case .foreign: self = .foreign
        case .adminConsented: self = .adminConsented
        case .notReady(let detail, let hint): self = .notReady(detail, hint: hint)
        }
    }

    static func granted(_ account: String, user: String?, scope: Scope, missing: Scope) -> Page {
        var rows: [HTML] = ["<dt>Account</dt>\n<dd><strong>\(excerpt(account))</strong></dd>"]
        if let user { rows.append("<dt>User</dt>\n<dd><strong>\(excerpt(user))</strong></dd>") }
        if !scope.isEmpty { rows.append("<dt>Granted</dt>\n<dd>\(list(scope))</dd>") }
        if !missing.isEmpty { rows.append("<dt>Not granted</dt>\n<dd class=\"missing\">\(list(missing))</dd>") }
        let note: HTML =
            missing.isEmpty
            ? "" : "\n<p>Requests that need what was not granted will fail. To allow it, log in again.</p>"
        return Page(
            .ok, .good, "Access granted",
            """
            <p>valetkey keeps this grant on your computer and refreshes its token automatically.</p>
            <dl>
            \(HTML(joining: rows, with: "\n"))
            </dl>\(note)
            <p class="last">You can close this tab.</p>
            """)
    }

    static func unsaved(_ detail: String, hint: String) -> Page {
        let remedy: HTML = hint.isEmpty ? "" : "\n<p>\(excerpt(hint))</p>"
        return Page(
            .insufficientStorage, .care, "Access granted, but not saved",
            """
            <p>valetkey has the grant in memory, but can’t write it to the disk:</p>
            <blockquote>\(excerpt(detail))</blockquote>\(remedy)
            <p class="last">It works for now, and saving is tried again. It is lost if valetkeyd stops before that.</p>
            """)
    }

    static func refused(_ detail: String) -> Page {
        let said: HTML =
            detail.isEmpty
            ? "" : "\n<p>The authorization server says:</p>\n<blockquote>\(excerpt(detail))</blockquote>"
        return Page(
            .forbidden, .bad, "Access was not granted",
            """
            <p>Nothing was stored.</p>\(said)
            <p class="last">To try again, run <code>valetkey login</code> in a terminal.</p>
            """)
    }

    static func failed(_ detail: String, hint: String) -> Page {
        let remedy: HTML = hint.isEmpty ? "" : "\n<p>\(excerpt(hint))</p>"
        return Page(
            .failedDependency, .bad, "This login failed",
            """
            <p>No grant came of it.</p>
            <blockquote>\(excerpt(detail))</blockquote>\(remedy)
            <p class="last">To try again, run <code>valetkey login</code> in a terminal.</p>
            """)
    }

    static let expired = Page(
        .gone, .care, "This login has expired",
        """
        <p>The response came too late, and nothing was changed.</p>
        <p class="last">To start again, run <code>valetkey login</code> in a terminal.</p>
        """)

    static let cancelled = Page(
        .gone, .care, "This login was cancelled",
        """
        <p>Nothing was stored.</p>
        <p class="last">To start again, run <code>valetkey login</code> in a terminal.</p>
        """)

    static let alreadyUsed = Page(
        .conflict, .care, "This response was already used",
        """
        <p>A login takes only one response, and it has one. Nothing was changed.</p>
        <p class="last"><code>valetkey status</code> in a terminal shows the account’s state.</p>
        """)

    static let foreign = Page(
        .badRequest, .care, "This response doesn’t belong here",
        """
        <p>It answers no login that is pending on this computer, so nothing was changed.</p>
        <p>If you are logging in right now, go on in the tab that valetkey opened: that login still waits.</p>
        <p class="last">To cancel it, press Ctrl-C in the terminal where <code>valetkey login</code> runs.</p>
        """)

    static let adminConsented = Page(
        .ok, .good, "An administrator has consented",
        """
        <p>The authorization server has noted it. Your own login isn’t done by that: it still waits.</p>
        <p class="last">To go on with it, open the address of <code>valetkey login</code> again.</p>
        """)

    static func notReady(_ detail: String, hint: String) -> Page {
        let remedy: HTML = hint.isEmpty ? "" : "\n<p>\(excerpt(hint))</p>"
        return Page(
            .serviceUnavailable, .care, "The login can’t continue yet",
            """
            <p>The authorization server didn’t take the request.</p>
            <blockquote>\(excerpt(detail))</blockquote>\(remedy)
            <p class="last">The login is still pending: to try again, reload this page.</p>
            """)
    }

    private static func list(_ scope: Scope) -> HTML {
        let items = scope.tokens.prefix(50).map { token -> HTML in "<li>\(item(excerpt(token)))</li>" }
        return "<ul>\n\(HTML(joining: items, with: "\n"))\n</ul>"
    }

    /// An item of the list of scopes. A scope that is a URL gets places where its line may break; the tooltip shows it
    /// in one piece.
    private static func item(_ token: String) -> HTML {
        let parts = token.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return "<code>\(token)</code>" }
        let breakable = HTML(joining: parts.map { part -> HTML in "\(String(part))" }, with: "/<wbr>")
        return "<code title=\"\(token)\">\(breakable)</code>"
    }

    /// The beginning of an untrusted text, made safe to show.
    private static func excerpt(_ text: String) -> String {
        let start = text.unicodeScalars.prefix(500)
        return start.endIndex == text.endIndex ? text : String(start) + "…"
    }
}
