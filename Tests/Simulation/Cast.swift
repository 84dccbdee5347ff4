import Accounts
import OAuth
import Text

/// The holder of a grant in the simulation: an account with one of two clients at one of two authorization servers.
struct Grantee: Hashable {
    var account: Int
    var client: Int
    var server: Int

    static let count = Cast.size * 4

    var number: Int { (account * 2 + client) * 2 + server }
}

/// The accounts of the simulation. Six are at the first authorization server, which is more than its limit of refreshes
/// under way. The last one acts for itself.
enum Cast {
    static let size = 8
    static let own = 7

    static func name(_ account: Int) -> String { names[account] }

    static func index(_ name: String) -> Int { indices[name] ?? 0 }

    static func server(_ account: Int) -> Int { account < 6 ? 0 : 1 }

    private static let names = (0..<size).map { "account-\($0)" }
    private static let indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
}

/// The parts of an account's configuration that vary.
struct Variant: Equatable {
    var client = 0
    var server: Int
    var lead: Duration?

    func grantee(_ account: Int) -> Grantee { Grantee(account: account, client: client, server: server) }
}

/// The settings of each account and variant, as a configuration file would define them.
struct SettingsBook {
    private let all: [AccountSettings]

    init() throws {
        let endpoints = try (0..<2).map { number in
            Endpoints(
                authorization: try EndpointURL("https://as\(number).example/authorize"),
                token: try EndpointURL("https://as\(number).example/token"))
        }
        let redirect = try RedirectURI("http://127.0.0.1/")
        all = (0..<Grantee.count).map { number in
            let account = number / 4
            return AccountSettings(
                name: Cast.name(account), client: Client(id: "client-\(number / 2 % 2)"),
                flow: account == Cast.own ? .clientCredentials : .code, endpoints: endpoints[number % 2],
                scope: Scope(["mail"]), redirectURI: redirect)
        }
    }

    func settings(_ account: Int, _ variant: Variant) -> AccountSettings {
        var settings = all[variant.grantee(account).number]
        settings.refreshBeforeExpiry = variant.lead
        return settings
    }

    static func grantee(_ settings: AccountSettings) -> Grantee {
        Grantee(
            account: Cast.index(settings.name), client: settings.client.id.hasSuffix("1") ? 1 : 0,
            server: settings.endpoints.token?.host.hasPrefix("as1") == true ? 1 : 0)
    }
}
