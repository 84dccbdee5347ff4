import APIContract
import ArgumentParser
import Console
import Failures
import FoundationEssentials
import Glibc
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingService

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List the advertising accounts that the account's user can access.",
        discussion: """
            On a terminal it offers to choose the one that "valetkey ads headers" is to name as CustomerAccountId, with \
            its CustomerId; --choose does the same without asking.
            """)

    @Argument(help: "The account of valetkey.")
    var account: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "The id of the advertising account to use in headers from now on.")
    var choose: String?

    @Option(name: .long, help: ArgumentHelp("Accounts that are asked for at a time.", visibility: .hidden))
    var pageSize = 100

    @OptionGroup var service: ServiceOptions

    func validate() throws {
        guard (1...1000).contains(pageSize) else { throw ValidationError("--page-size goes from 1 to 1000") }
    }

    func run() async throws {
        try await service.withService(account) { account, service in
            let user = try await service.user()
            let list = try await service.accounts(ofUser: user.id, pageSize: pageSize)
            if let choose {
                guard let chosen = list.first(where: { $0.id == choose }) else {
                    throw CommandFailure(
                        .usage, "this user has no advertising account with the id \(choose)",
                        hint: hint(choose, list))
                }
                return try await keep(chosen, for: account)
            }
            let current = try await account.headers().customerAccountID
            if json {
                let text = try ContractJSON.encode(AccountsReport(accounts: list, chosen: current), pretty: true)
                return try Terminal.output.result(String(decoding: text, as: UTF8.self))
            }
            try show(list, current)
            guard !list.isEmpty, current == nil, Terminal.output.isTerminal, isatty(STDIN_FILENO) == 1 else { return }
            if let chosen = ask(list) { try await keep(chosen, for: account) }
        }
    }

    private func show(_ list: [AdvertiserAccount], _ current: String?) throws {
        guard !list.isEmpty else { return Terminal.error.line("This user can access no advertising account.") }
        let table = Columns(
            screen: Terminal.output, head: ["", "ACCOUNT ID", "NUMBER", "NAME", "CUSTOMER ID", "STATUS", "CURRENCY"])
        let rows = list.map { account in
            Columns.Row([
                account.id == current ? "*" : " ", account.id, account.number ?? "-", account.name ?? "-",
                account.customerID, account.status ?? "-", account.currency ?? "-",
            ])
        }
        try Terminal.output.result(table.lines(rows).joined(separator: "\n"))
    }

    private func ask(_ list: [AdvertiserAccount]) -> AdvertiserAccount? {
        let screen = Terminal.error
        screen.line("Account id to use for requests (empty for none):")
        while true {
            screen.write("> ")
            guard let answer = readLine()?.trimming(" "), !answer.isEmpty else { return nil }
            if let chosen = list.first(where: { $0.id == answer || $0.number == answer }) { return chosen }
            screen.line("Enter an id of the first column.")
        }
    }

    private func keep(_ chosen: AdvertiserAccount, for account: AdvertisingAccount) async throws {
        try await account.choose(chosen)
        Terminal.error.line(
            "Requests of \(account.name) now use account \(chosen.id) of customer \(chosen.customerID).")
    }

    /// People often enter the number, which the web application shows, instead of the id.
    private func hint(_ wanted: String, _ list: [AdvertiserAccount]) -> String {
        list.first { $0.number == wanted }.map { "\(wanted) is an account number; its id is \($0.id)" }
            ?? "valetkey ads accounts \(account) lists them"
    }
}

/// The list as JSON.
struct AccountsReport: Encodable {
    var accounts: [AdvertiserAccount]
    /// The id of the account that headers are for.
    var chosen: String?
}

extension String {
    fileprivate func trimming(_ character: Character) -> String {
        var text = self[...]
        while text.first == character { text.removeFirst() }
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
