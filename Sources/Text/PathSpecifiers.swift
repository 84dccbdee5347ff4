/// What a path of the configuration may begin with or contain, as systemd writes it: `%t` is the runtime folder and `%h`
/// the home folder, both only at the beginning, and `%U` is the user's number. `~/` is the home folder too.
package struct PathSpecifiers: Sendable, Hashable {
    /// Absolute; nil where there is none.
    package var runtimeFolder: String?
    package var home: String?
    package var user: UInt32

    package static let beginnings = "/, ~/, %h/ or %t/"
    private static let runtime = "%t/"
    private static let homes = ["~/", "%h/"]
    private static let number = "%U"

    package init(runtimeFolder: String?, home: String?, user: UInt32) {
        self.runtimeFolder = runtimeFolder.flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.home = home.flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.user = user
    }

    package static func isAbsolute(_ path: String) -> Bool {
        (["/", runtime] + homes).contains(where: path.hasPrefix)
    }

    /// Whether the path is below the runtime folder.
    package static func isOfRuntimeFolder(_ path: String) -> Bool { path.hasPrefix(runtime) }

    /// The first `%` with what follows it that isn't a specifier, or isn't one in this place.
    package static func firstUnknown(in path: String) -> String? {
        var rest = Substring(path)
        if let beginning = ([runtime] + homes).first(where: path.hasPrefix) { rest = rest.dropFirst(beginning.count) }
        while let sign = rest.firstIndex(of: "%") {
            let word = rest[sign...].prefix(2)
            guard word == number else { return String(word) }
            rest = rest[sign...].dropFirst(2)
        }
        return nil
    }

    /// The path itself; nil where the folder that it begins with isn't known.
    package func expand(_ path: String) -> String? {
        func replaced(_ rest: some StringProtocol) -> String { String(rest).replacing(Self.number, with: "\(user)") }
        if path.hasPrefix(Self.runtime) {
            return runtimeFolder.map { "\($0)/\(replaced(path.dropFirst(Self.runtime.count)))" }
        }
        if let beginning = Self.homes.first(where: path.hasPrefix) {
            return home.map { "\($0)/\(replaced(path.dropFirst(beginning.count)))" }
        }
        return replaced(path)
    }
}
