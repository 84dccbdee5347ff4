import AuthorizationServer
import Text

/// The account of the demonstration: the settings of the server and the configuration of the daemon.
enum DemoAccount {
    static let name = "demo"
    static let user = "alice"
    /// May be shown on the screen, because it is only valid at the server of this run.
    static let password = "wonderland"
    static let tokenLife = Duration.seconds(20)
    /// With several hosts more happens, and each step waits for a refresh.
    static let sharedTokenLife = Duration.seconds(10)
    /// The file with the key that the hosts share, in the home of each.
    static let fleetKey = "fleet.key"
    private static let clientID = "valetkey-demo"

    static func serverSettings(tokenLife: Duration) -> ServerSettings {
        let client = RegisteredClient(
            id: clientID, name: "valetkey", redirectURIs: ["http://127.0.0.1/", "http://localhost/", "http://[::1]/"])
        var settings = ServerSettings(
            clients: [client], users: [RegisteredUser(name: user, password: Secret(password))])
        settings.scopes = [
            OfferedScope("profile", words: "See your name"),
            OfferedScope("ads.manage", words: "Manage ads that don't exist"),
        ]
        settings.accessTokenLife = tokenLife
        settings.refreshTokens = .rotating()
        settings.signInHint = "This is a demonstration: the user is \(user), the password is \(password)."
        return settings
    }

    /// `store` is the endpoint of the etcd through which hosts share the grant.
    static func configuration(_ server: AuthorizationServer, store: String) -> String {
        """
        \(configuration(server))
        [store]
        kind = "etcd"
        endpoints = ["\(store)"]
        fleet = "demo"
        key = { file = "~/\(fleetKey)" }

        """
    }

    static func configuration(_ server: AuthorizationServer) -> String {
        """
        [accounts.\(name)]
        client_id = "\(clientID)"
        authorization_endpoint = "\(server.authorizationEndpoint)"
        token_endpoint = "\(server.tokenEndpoint)"
        revocation_endpoint = "\(server.revocationEndpoint)"
        redirect_uri = "http://127.0.0.1/"
        scopes = ["profile", "ads.manage"]

        """
    }
}
