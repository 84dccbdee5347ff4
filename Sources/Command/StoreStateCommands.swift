import APIClient
import APIContract
import ArgumentParser
import Console
import FoundationEssentials

struct StoreStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the grants that hosts share, as this host's daemon knows them.")

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let accounts = try daemon.withDaemon { try $0.accounts() }.accounts.filter { $0.share != nil }
        let now = Date()
        for account in accounts {
            guard let share = account.share else { continue }
            try Terminal.output.result("\(account.account)  version \(share.era).\(share.generation)")
            for note in ShareWords.notes(account, now: now) { try Terminal.output.result("  \(note)") }
        }
        if accounts.isEmpty { Terminal.error.line("No grant is shared with other hosts.") }
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
