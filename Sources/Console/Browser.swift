import Glibc
import Text

/// The user's own browser: each program of `$BROWSER`, then `xdg-open` where there is a desktop.
package enum Browser {
    /// What became of the attempt.
    package enum Outcome: Equatable, Sendable {
        case opened
        /// It was open in this terminal, and its user has left it.
        case shownHere
        /// No program could open the URL; a line for each.
        case failed([String])
        /// This isn't the URL of a web page: a browser could take it for an option or a file.
        case noWebPage
    }

    /// How long a program that can't open the URL may take to say so.
    package static let patience = Duration.seconds(2)

    /// Whether a browser can be opened on the display of the person at this terminal.
    package static var isThere: Bool {
        ProcessEnvironment["BROWSER"]?.isEmpty == false || hasDesktop
    }

    private static var hasDesktop: Bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].contains { ProcessEnvironment[$0]?.isEmpty == false }
    }

    /// Tries one program after the other. A program that hasn't ended with an error after `patience` has opened the URL.
    /// `stop` is a descriptor that ends the wait when it becomes readable; -1 for none.
    ///
    /// A browser that draws in a terminal gets this one until it ends, if `lendsTerminal`.
    package static func open(
        _ url: String, patience: Duration = patience, stop: CInt = -1, lendsTerminal: Bool = false
    ) -> Outcome {
        guard url.isWebAddress else { return .noWebPage }
        var failures: [String] = []
        for command in commands(for: url) {
            let name = command[0].split(separator: "/").last.map(String.init) ?? command[0]
            if lendsTerminal, terminalBrowsers.contains(name) {
                let status = OtherProgram.runHere(command)
                if status == 0 { return .shownHere }
                failures.append(status.map { "\(name) ended with \($0)" } ?? "\(name) can't be started")
                continue
            }
            guard let process = OtherProgram.start(command) else {
                failures.append("\(name) can't be started")
                continue
            }
            switch OtherProgram.end(of: process, within: patience, stop: stop) {
            case nil, 0: return .opened
            case let status?: failures.append("\(name) ended with \(status)")
            }
        }
        return .failed(failures)
    }

    private static let terminalBrowsers: Set<String> = [
        "w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "retawq",
    ]

    private static func commands(for url: String) -> [[String]] {
        let own = (ProcessEnvironment["BROWSER"] ?? "").split(separator: ":").map { candidate in
            let words = candidate.split(separator: " ").map(String.init)
            let hasPlace = words.contains { $0.contains("%s") }
            return hasPlace ? words.map { $0.replacing("%s", with: url) } : words + [url]
        }
        return own.filter { $0.count > 1 } + (hasDesktop ? [["xdg-open", url]] : [])
    }
}
