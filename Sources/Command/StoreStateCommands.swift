import APIClient
import APIContract
import ArgumentParser
import Console
import FoundationEssentials

struct StoreStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the shared store, the fleet's hosts, and the grants that they share.",
        discussion: """
            The members of the store, as this host's daemon reaches them; the hosts that were seen in the last 30 days, \
            with the ids of their keys; and the shared accounts. A host that lacks a key of this one is marked: before \
            the key is exchanged, every host must have the new one.
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon(asJSON: json) { try $0.store() }
        if json { return try Terminal.output.result(CommandJSON.text(report)) }
        let screen = StoreScreen(screen: Terminal.output, now: Date())
        try Terminal.output.result(screen.lines(report).joined(separator: "\n"))
    }
}

struct StoreTakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Refresh a shared grant although another host has begun to.",
        discussion: """
            Where that host still gets a reply, most authorization servers end the grant, since its refresh token was \
            used twice. Do it if the host is gone for good.
            """)

    @Argument(help: "The account.")
    var account: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        _ = try daemon.withDaemon { try $0.take(account) }
        Terminal.error.line("This host refreshes \(account) now.")
    }
}
