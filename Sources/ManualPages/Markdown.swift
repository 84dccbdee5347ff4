/// Inline Markdown as manual pages can show it: code stays marked, links keep their text.
enum Markdown {
    static func plain(_ text: String) -> String {
        text.replacing(#/<doc:(\w+)>/#) { "the page \($0.1) of the documentation" }
            .replacing(#/\[([^\]]+)\]\([^)]+\)/#) { String($0.1) }
    }
}
