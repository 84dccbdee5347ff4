import Glibc

/// The button of a notification that begins a login, and what it starts.
struct LoginButton: Sendable, Equatable {
    /// How long a login may take. It ends by itself before, at the daemon's limit for a consent.
    static let limit = Duration.seconds(7200)

    private static let action = "login"
    /// What the login needs to know of the user's session.
    private static let session = [
        "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "VALETKEY_SOCKET",
    ]

    /// The program and its arguments that log in.
    let login: [String]

    /// nil where there is no desktop. `program` is the path or the name of `valetkey`.
    ///
    /// A browser must not run in the sandbox of the daemon's unit, nor end with it: where systemd has started the daemon,
    /// it starts the login too.
    init?(_ account: String, _ environment: [String: String], _ program: String) {
        guard Self.hasDesktop(environment) else { return nil }
        let command = [program, "login", account]
        guard environment["INVOCATION_ID"] != nil else {
            login = command
            return
        }
        let variables = Self.session.compactMap { name in environment[name].map { "--setenv=\(name)=\($0)" } }
        login = ["systemd-run", "--user", "--quiet", "--collect"] + variables + ["--"] + command
    }

    static func hasDesktop(_ environment: [String: String]) -> Bool {
        environment["DBUS_SESSION_BUS_ADDRESS"] != nil
            && ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
    }

    /// The words of `notify-send` with the button. It waits until the notification is closed, and prints the name of the
    /// button that was pressed. Versions before 0.7.10 know no buttons, and fail.
    func notification(_ words: [String]) -> [String] {
        guard let program = words.first else { return [] }
        return [program, "--action=\(Self.action)=Log in"] + words.dropFirst()
    }

    func isPressed(_ output: String) -> Bool {
        output.split(separator: "\n").contains { $0 == Self.action }
    }

    /// `valetkey` beside the daemon's own program, else from PATH.
    static let program: String = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path[..<max(0, length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let beside = own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/valetkey"
        return unsafe access(beside, X_OK) == 0 ? beside : "valetkey"
    }()
}
