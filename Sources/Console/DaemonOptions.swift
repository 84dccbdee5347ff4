package import ArgumentParser

/// How the daemon is reached.
package struct DaemonOptions: ParsableArguments {
    @Option(name: .long, help: "The daemon's socket; default: $XDG_RUNTIME_DIR/valetkey.sock.")
    package var socket: String?

    package init() {}
}
