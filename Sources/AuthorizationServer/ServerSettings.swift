package import FoundationEssentials
package import OAuth
package import Text

/// The clients and users of an authorization server, and how it issues tokens.
package struct ServerSettings: Sendable {
    /// The port on 127.0.0.1; 0 takes a free one.
    package var port = 0
    package var clients: [RegisteredClient]
    package var users: [RegisteredUser]
    /// The scopes that clients may ask for, in the order of the consent page; empty allows any.
    package var scopes: [OfferedScope] = []
    /// The scope of a client that asks for none.
    package var defaultScope = Scope(["profile"])
    package var accessTokenLife = Duration.seconds(3600)
    package var refreshTokens = RefreshTokenPolicy.rotating()
    /// nil: refresh tokens live until they are replaced or revoked.
    package var refreshTokenLife: Duration?
    package var codeLife = Duration.seconds(60)
    /// How long a user may take to sign in and answer.
    package var pageLife = Duration.seconds(600)
    package var deviceCodeLife = Duration.seconds(600)
    /// The pause that a device is asked to make between two polls.
    package var devicePollInterval = Duration.seconds(5)
    /// Whether responses carry `iss`, and the metadata promises it (RFC 9207).
    package var sendsIssuer = true
    /// Whether an authorization request must be pushed (RFC 9126).
    package var requiresPushedRequests = false
    package var pushedRequestLife = Duration.seconds(60)
    /// The nonce that proofs of possession must contain (RFC 9449 section 8); nil asks for none.
    package var proofNonce: String?
    /// How clients register themselves; nil if they can't.
    package var registration: RegistrationPolicy?
    /// The metadata of the protected resource; nil if it has none.
    package var resourceMetadata: ResourceMetadataPolicy?
    /// The server's deviations from the standards.
    package var quirks = ServerQuirks()
    /// Signs id_tokens. Replacing it rotates the key.
    package var signingKey = ServerKey(id: "first")
    /// `max-age` of the metadata and of the keys; nil sends none.
    package var metadataLife: Int? = 300
    /// A line of help on the sign-in page.
    package var signInHint: String?
    /// The wall clock by which everything expires.
    package var now: @Sendable () -> Date = { Date() }
    /// Makes the value of a token, a code or a hidden field: unguessable, URL-safe.
    package var makeToken: @Sendable () -> String = { RandomToken.make() }

    package init(clients: [RegisteredClient], users: [RegisteredUser]) {
        self.clients = clients
        self.users = users
    }

    /// A public client `desk`, a confidential `deskc` with the secret `looking-glass`, both with a redirect URI on
    /// each loopback host, and the user alice with the password `wonderland`.
    package static var wonderland: ServerSettings {
        let redirectURIs = ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://localhost"]
        return ServerSettings(
            clients: [
                RegisteredClient(id: "desk", name: "The Desk", redirectURIs: redirectURIs),
                RegisteredClient(
                    id: "deskc", name: "The Confidential Desk", secret: Secret("looking-glass"),
                    redirectURIs: redirectURIs),
            ],
            users: [RegisteredUser(name: "alice", password: Secret("wonderland"))])
    }

    func client(_ id: String) -> RegisteredClient? { clients.first { $0.id == id } }
}

/// How clients register themselves (RFC 7591).
package struct RegistrationPolicy: Sendable {
    /// The method that every client is registered with, whatever it asked for; nil takes what it asked for.
    package var authentication: ClientAuthentication?
    /// nil: secrets never expire.
    package var secretLife: Duration?
    /// The redirect URIs that every client is registered with; nil takes what it asked for.
    package var redirectURIs: [String]?
    /// The scope that every client is registered with; nil takes what it asked for.
    package var scope: String?
    /// Whether a registration comes with a token to manage it (RFC 7592).
    package var isManaged = true

    package init(_ change: (inout RegistrationPolicy) -> Void = { _ in }) {
        change(&self)
    }
}

/// The metadata of the protected resource (RFC 9728).
package struct ResourceMetadataPolicy: Sendable {
    /// Where it is; the answer to a request without a token points there.
    package var path = "/.well-known/oauth-protected-resource/resource"
    /// The resource that it is about; nil is the right one.
    package var resource: String?
    /// nil is only this server.
    package var authorizationServers: [String]?
    package var scopes = ["profile"]

    package init(_ change: (inout ResourceMetadataPolicy) -> Void = { _ in }) {
        change(&self)
    }
}

/// Someone who can sign in.
package struct RegisteredUser: Sendable {
    package var name: String
    package var password: Secret

    package init(name: String, password: Secret) {
        self.name = name
        self.password = password
    }
}

/// A scope token and its description on the consent page.
package struct OfferedScope: Sendable {
    package var token: String
    package var words: String

    package init(_ token: String, words: String) {
        self.token = token
        self.words = words
    }
}

/// What happens to a refresh token that is used.
package enum RefreshTokenPolicy: Sendable {
    /// A new one replaces it. Its use after that revokes the whole grant (RFC 9700 section 4.14.2), except within
    /// `grace` of the replacement, where it works once more.
    case rotating(grace: Duration = .zero)
    /// It stays valid, and the reply has none.
    case kept
}
