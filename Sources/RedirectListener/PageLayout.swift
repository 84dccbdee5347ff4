import Pages

/// The layout of all pages: a document that loads nothing, and is readable without its style sheet.
enum PageLayout {
    static func document(_ page: Page) -> HTMLDocument {
        HTMLDocument(
            title: "\(page.title) · valetkey", policy: PageStyle.policy, icon: icon,
            body: """
                <main class="\(name(page.tone))">
                \(sign(page.tone))
                <h1>\(page.title)</h1>
                \(page.body)
                </main>
                <footer>\(key)<p><b>valetkey</b> on this computer. This page loads nothing from elsewhere.</p></footer>
                """)
    }

    private static func name(_ tone: Page.Tone) -> HTML {
        switch tone {
        case .good: "good"
        case .care: "care"
        case .bad: "bad"
        case .plain: "plain"
        }
    }

    private static func sign(_ tone: Page.Tone) -> HTML {
        let stroke: HTML =
            switch tone {
            case .good: "<path d=\"M17 29.5l7.5 7.5L39.5 20.5\"/>"
            case .care: "<path d=\"M28 17v14M28 38.5v.5\"/>"
            case .bad: "<path d=\"M20 20l16 16M36 20L20 36\"/>"
            case .plain: "<path d=\"M18 28h20\"/>"
            }
        return """
            <svg class="sign" width="56" height="56" viewBox="0 0 56 56" fill="none" stroke="currentColor" \
            stroke-width="4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">\
            <circle cx="28" cy="28" r="26" stroke-width="2"/>\(stroke)</svg>
            """
    }

    private static let key: HTML = """
        <svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" \
        stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">\
        <circle cx="6.5" cy="13.5" r="3.8"/><path d="M9.3 10.7L16.5 3.5M13.2 6.8l2.6 2.6"/></svg>
        """

    private static let icon: HTML = """
        data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Crect width='20' \
        height='20' rx='5' fill='%231b7a55'/%3E%3Cg fill='none' stroke='white' stroke-width='1.8' \
        stroke-linecap='round'%3E%3Ccircle cx='7' cy='13' r='3.2'/%3E%3Cpath d='M9.4 10.6L15.5 4.5M12.8 7.2l2.2 \
        2.2'/%3E%3C/g%3E%3C/svg%3E
        """
}
