package import Glibc

/// Who may call a route.
package struct CallerRule: Sendable {
    /// Describes these callers in a message.
    package let description: String
    let admits: @Sendable (Caller) -> Bool

    package init(_ description: String, admits: @escaping @Sendable (Caller) -> Bool) {
        self.description = description
        self.admits = admits
    }

    /// Only the daemon's own user, whatever the socket file's mode is. Root isn't admitted either.
    package static let ownUser = user(geteuid())

    package static func user(_ user: uid_t) -> CallerRule {
        CallerRule("the user whose daemon this is") { $0.user == user }
    }
}
