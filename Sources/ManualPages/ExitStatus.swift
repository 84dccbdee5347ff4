import Failures

extension Exit {
    /// What the status means, for a list.
    var meaning: String {
        switch self {
        case .success: "Success."
        case .other: "A failure that has no status of its own; standard error says what and what to do."
        case .usage: "Wrong usage: an unknown option, account or preset."
        case .daemonUnreachable: "The daemon isn't reachable on its socket."
        case .tryAgain: "The cause may pass: try again later."
        case .consentNeeded: "Only a new consent helps: run `valetkey login`."
        case .configuration: "The configuration, or something that it names, must be changed."
        case .interrupted: "Interrupted by Ctrl-C."
        }
    }
}

extension Page {
    mutating func exitStatus() {
        heading("EXIT STATUS")
        list(Exit.allCases.map { ("\($0.rawValue)", $0.meaning) }, width: "130")
    }

    mutating func environment() {
        heading("ENVIRONMENT")
        list([
            ("Ev VALETKEY_SOCKET", "The path of the daemon's socket."),
            ("Ev XDG_RUNTIME_DIR", "The folder of the socket where `VALETKEY_SOCKET` isn't set."),
            ("Ev XDG_CONFIG_HOME", "The folder that has `valetkey/config.toml`; `~/.config` where it isn't set."),
            ("Ev NO_COLOR", "Anything but nothing turns colours off."),
            ("Ev BROWSER", "The browser for a consent, where the desktop has no say."),
        ])
    }

    mutating func files() {
        heading("FILES")
        list([
            ("Pa ~/.config/valetkey/config.toml", "The configuration, valetkey.toml(5)."),
            ("Pa $XDG_RUNTIME_DIR/valetkey.sock", "The socket, valetkey\\-socket(7).".replacing("\\-", with: "-")),
            ("Pa ~/.local/state/valetkey", "The grants, sealed."),
            ("Pa ~/.local/share/valetkey", "The key that seals them, where it is in a file."),
        ])
    }
}
