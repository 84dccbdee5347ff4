package import Text

/// Where a configured secret comes from. It is read only when it is needed, so that a locked password store delays one
/// request and not the start of the daemon.
package enum SecretSource: Sendable, Hashable {
    case literal(Secret)
    /// A path; `~/` stands for the home folder.
    case file(String)
    /// A program and its arguments, run without a shell. The first line of its output is the secret.
    case command([String])
    /// The name of a systemd credential.
    case credential(String)
    /// The name of a registration that `valetkey setup` made: the secret is sealed beside the grants.
    case registration(String)
}
