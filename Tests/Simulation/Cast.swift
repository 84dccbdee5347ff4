import Accounts
import Grants
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

/// An access token of a grant: the account's own one, two that some configurations name, and others that readers ask for
/// by a resource.
enum ModelTarget {
    static let own = 0
    static let byScope = 1
    static let byResource = 2
    /// The numbers of those that no configuration names; more of them than a grant may have.
    static let unconfigured = 10..<46

    static func target(_ number: Int) -> TokenTarget {
        number == byScope
            ? TokenTarget(scope: Scope(["send"])) : TokenTarget(resource: ["https://resource\(number).example"])
    }

    static func key(_ number: Int) -> TokenKey.Token {
        switch number {
        case own: .main
        case byScope: .named("send")
        case byResource: .named("files")
        default: .scoped(Scope([]), resource: target(number).resource)
        }
    }

    static func number(_ key: TokenKey.Token) -> Int {
        switch key {
        case .main: own
        case .named(let name): name == "send" ? byScope : byResource
        case .scoped(_, let resource): unconfigured.first { target($0).resource == resource } ?? own
        }
    }

    static func number(_ target: TokenTarget?) -> Int {
        guard let target else { return own }
        return ([byScope, byResource] + unconfigured).first { self.target($0) == target } ?? own
    }
}

/// The parts of an account's configuration that vary.
struct Variant: Equatable {
    var client = 0
    var server: Int
    var lead: Duration?
    /// The numbers of the further tokens.
    var targets: [Int] = []

    /// The first configuration of an account: every third one has further tokens.
    static func first(_ account: Int) -> Variant {
        Variant(
            server: Cast.server(account),
            targets: account % 3 == 0 ? [ModelTarget.byScope, ModelTarget.byResource] : [])
    }

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
        for target in variant.targets {
            guard case .named(let name) = ModelTarget.key(target) else { continue }
            settings.tokens[name] = ModelTarget.target(target)
        }
        return settings
    }

    static func grantee(_ settings: AccountSettings) -> Grantee {
        Grantee(
            account: Cast.index(settings.name), client: settings.client.id.hasSuffix("1") ? 1 : 0,
            server: settings.endpoints.token?.host.hasPrefix("as1") == true ? 1 : 0)
    }
}
