package import Text

/// Where a secret of the configuration comes from. Read when it is needed, so that a locked password store delays
/// one request and not the start of the daemon.
package enum SecretSource: Sendable, Hashable {
    case literal(Secret)
    /// A path; `~/` stands for the home folder.
    case file(String)
    /// A program and its arguments; no shell. The first line that it prints is the secret.
    case command([String])
    /// The name of a systemd credential.
    case credential(String)
}
