import Text

/// The user's own browser: `$BROWSER`, else `xdg-open` where there is a desktop.
package enum Browser {
    /// Whether a browser can be opened on the display of the person at this terminal.
    package static var isThere: Bool {
        ProcessEnvironment["BROWSER"]?.isEmpty == false || hasDesktop
    }

    private static var hasDesktop: Bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].contains { ProcessEnvironment[$0]?.isEmpty == false }
    }

    /// Starts the browser without waiting for it. Returns false if none could be started, or if this isn't the URL of a
    /// web page: the browser could take it for an option or a file.
    package static func open(_ url: String) -> Bool {
        guard url.isWebAddress else { return false }
        for candidate in (ProcessEnvironment["BROWSER"] ?? "").split(separator: ":") {
            let words = candidate.split(separator: " ").map(String.init)
            let hasPlace = words.contains { $0.contains("%s") }
            let command = hasPlace ? words.map { $0.replacing("%s", with: url) } : words + [url]
            if OtherProgram.start(command) { return true }
        }
        return hasDesktop && OtherProgram.start(["xdg-open", url])
    }
}
