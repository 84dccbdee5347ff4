import APIContract
import ArgumentParser
import Console
import Failures
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingService

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Show the user of the account's token, with the roles by customer.")

    @Argument(help: "The account of valetkey.", completion: .accounts)
    var account: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var named: CustomerOptions

    @OptionGroup var service: ServiceOptions

    func run() async throws {
        try await service.withService(account, asJSON: json) { account, service in
            var user = try await service.user()
            if let wish = try await named.wish(account, service) {
                try user.checkRole(at: wish.customerID, of: account)
                user.roles = user.roles.filter { $0.customerID == wish.customerID }
            }
            if json {
                return try Terminal.output.result(CommandJSON.text(user))
            }
            let lines = UserText(user: user, screen: Terminal.output).lines
            try Terminal.output.result(lines.joined(separator: "\n"))
        }
    }
}

/// Formats a user for people.
struct UserText {
    let user: AdvertisingUser
    let screen: Terminal

    var lines: [String] {
        let name = [user.firstName, user.lastName].compactMap(\.self).joined(separator: " ")
        let facts: [(String, String?)] = [
            ("name", name.isEmpty ? nil : name), ("user name", user.userName), ("user id", user.id),
            ("customer id", user.customerID), ("status", user.status),
        ]
        let lines = facts.compactMap { label, value in
            value.map { screen.paint(label.padded(to: 13), .dim) + $0 }
        }
        guard !user.roles.isEmpty else { return lines }
        let table = Columns(screen: screen, head: ["CUSTOMER ID", "ROLE", "ACCOUNTS"])
        return lines + [""] + table.lines(user.roles.map { Columns.Row(Self.cells($0)) })
    }

    private static func cells(_ role: CustomerRole) -> [String] {
        let accounts = role.accountIDs.isEmpty ? "all" : role.accountIDs.joined(separator: " ")
        let linked = role.linkedAccountIDs.isEmpty ? "" : ", linked: \(role.linkedAccountIDs.joined(separator: " "))"
        return [role.customerID, role.roleName ?? "role \(role.roleID)", accounts + linked]
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
