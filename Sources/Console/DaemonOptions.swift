package import ArgumentParser

/// The options that say how to reach the daemon.
package struct DaemonOptions: ParsableArguments {
    @Option(name: .long, help: "The daemon's socket; default: $XDG_RUNTIME_DIR/valetkey.sock.")
    package var socket: String?

    package init() {}
}
