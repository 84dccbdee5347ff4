package import ArgumentParser

/// The options that say how to reach the daemon.
package struct DaemonOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "The daemon's socket; default: $VALETKEY_SOCKET, else valetkey.sock in $XDG_RUNTIME_DIR or /run/user/UID.",
        completion: .file())
    package var socket: String?

    package init() {}
}
