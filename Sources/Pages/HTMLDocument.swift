/// A page as one self-contained document that loads nothing from elsewhere.
package struct HTMLDocument: Sendable {
    package var title: HTML
    package var policy: ContentSecurityPolicy
    /// An icon as a data URL; nil where the page has none.
    package var icon: HTML?
    package var body: HTML

    package init(title: HTML, policy: ContentSecurityPolicy, icon: HTML? = nil, body: HTML) {
        self.title = title
        self.policy = policy
        self.icon = icon
        self.body = body
    }

    package var text: String {
        let link: HTML = icon.map { "\n<link rel=\"icon\" href=\"\($0)\">" } ?? ""
        let script: HTML = policy.script.map { "\n<script>\($0)</script>" } ?? ""
        let document: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>\(link)
            <style>\(policy.sheet)</style>
            </head>
            <body>
            \(body)\(script)
            </body>
            </html>

            """
        return document.markup
    }

    /// The headers of every answer with this page: no referrer, no caching, no framing.
    package var headers: [(name: String, value: String)] {
        [("Content-Type", "text/html; charset=utf-8")] + Self.guardedHeaders(policy)
    }

    /// The same headers for an answer without a page, such as a redirect.
    package static func guardedHeaders(_ policy: ContentSecurityPolicy) -> [(name: String, value: String)] {
        [
            ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
            ("Content-Security-Policy", policy.text), ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ]
    }
}
