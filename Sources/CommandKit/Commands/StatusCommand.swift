import ArgumentParser
import FoundationEssentials
import SocketClient
import SocketContract

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the accounts: state, time left, next renewal, last error.")

    @Argument(help: "One account; default: all.")
    var account: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let reports = try daemon.withDaemon { client in
            try account.map { [try client.account($0)] } ?? client.accounts().accounts
        }
        if json {
            let data = try reports.first.flatMap { account == nil ? nil : try ContractJSON.encode($0, pretty: true) }
            let text = try data ?? ContractJSON.encode(AccountList(accounts: reports), pretty: true)
            Terminal.output.line(String(decoding: text, as: UTF8.self))
        } else if reports.isEmpty {
            Terminal.output.line("No account is configured. Write one into config.toml, then run: valetkey reload")
        } else {
            for line in StatusTable(screen: Terminal.output, now: Date()).lines(reports) { Terminal.output.line(line) }
        }
    }
}
