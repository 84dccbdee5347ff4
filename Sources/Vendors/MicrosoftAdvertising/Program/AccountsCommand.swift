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
            its CustomerId; --choose does the same without asking. The choice is one for the whole account of valetkey: jobs that need \
            different ones name theirs with --customer and --account instead.
            """)

    @Argument(help: "The account of valetkey.", completion: .accounts)
    var account: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Option(name: .long, help: "The advertising account to use in headers from now on: its id, number or name.")
    var choose: String?

    @Option(name: .long, help: ArgumentHelp("Accounts that are asked for at a time.", visibility: .hidden))
    var pageSize = 100

    @OptionGroup var named: CustomerOptions

    @OptionGroup var service: ServiceOptions

    func validate() throws {
        guard choose == nil || named.wanted == nil else {
            throw ValidationError("--choose names the account already: leave --account out")
        }
        guard (1...1000).contains(pageSize) else { throw ValidationError("--page-size goes from 1 to 1000") }
    }

    func run() async throws {
        try await service.withService(account, asJSON: json) { account, service in
            let user = try await service.user()
            let all = try await service.accounts(of: user, pageSize: pageSize)
            if let choose {
                return try await keep(named.pickToKeep(choose, in: all, by: user, of: account), for: account)
            }
            let list = named.filter(all)
            let current = try await account.headers().customerAccountID
            if json {
                return try Terminal.output.result(CommandJSON.text(AccountsReport(accounts: list, chosen: current)))
            }
            if list.isEmpty, !all.isEmpty {
                throw CommandFailure(
                    .usage, "none of the \(all.count) accounts that this user can access is like that",
                    hint: "valetkey ads accounts \(account.name) lists them")
            }
            try show(list, current)
            guard !list.isEmpty, current == nil, Terminal.output.isTerminal, isatty(STDIN_FILENO) == 1 else { return }
            if let chosen = ask(list, user, account) { try await keep(chosen, for: account) }
        }
    }

    private func show(_ list: [AdvertiserAccount], _ current: String?) throws {
        guard !list.isEmpty else { return Terminal.error.line("This user can access no advertising account.") }
        let table = Columns(
            screen: Terminal.output, head: ["", "ACCOUNT ID", "NUMBER", "NAME", "CUSTOMER ID", "STATUS", "CURRENCY"])
        let rows = list.map { account in
            Columns.Row([
                account.id == current ? "*" : " ", account.id, account.number ?? "-", account.name ?? "-",
                account.reach, account.status ?? "-", account.currency ?? "-",
            ])
        }
        try Terminal.output.result(table.lines(rows).joined(separator: "\n"))
    }

    private func ask(
        _ list: [AdvertiserAccount], _ user: AdvertisingUser, _ account: AdvertisingAccount
    ) -> AdvertiserAccount? {
        let screen = Terminal.error
        screen.line("Account to use for requests, by its id, number or name (empty for none):")
        while true {
            screen.write("> ")
            guard let answer = readLine()?.trimming(" "), !answer.isEmpty else { return nil }
            do throws(CommandFailure) {
                return try named.pickToKeep(answer, in: list, by: user, of: account)
            } catch {
                screen.line("\(error.message); enter an id of the first column")
            }
        }
    }

    private func keep(_ chosen: AdvertiserAccount, for account: AdvertisingAccount) async throws {
        try await account.choose(chosen)
        Terminal.error.line(
            "Requests of \(account.name) now use account \(chosen.id) of customer \(chosen.customerID ?? "-").")
    }
}

extension AdvertiserAccount {
    /// The customer that requests must name, followed by the owner if that is a different one.
    fileprivate var reach: String {
        guard let customerID else { return "-" }
        guard let parentCustomerID, parentCustomerID != customerID else { return customerID }
        return "\(customerID) (owner \(parentCustomerID))"
    }
}

/// The JSON output of the list.
struct AccountsReport: Encodable {
    var accounts: [AdvertiserAccount]
    /// The id of the chosen account.
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
