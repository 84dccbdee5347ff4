import Accounts
import OAuth
import Text

/// The account that all parsers are tested with.
enum SampleAccount {
    static let settings = Result {
        AccountSettings(
            name: "a", issuer: "https://as.example", client: Client(id: "me"),
            endpoints: Endpoints(
                authorization: try EndpointURL("https://as.example/a"), token: try EndpointURL("https://as.example/t")),
            scope: Scope(["openid"]), redirectURI: try RedirectURI("http://127.0.0.1/"))
    }

    /// Fixed in every process, so that a stored input has the same meaning later.
    static let request = Result {
        var random = SteadyRandom()
        guard let account = ResolvedAccount(try settings.get()), let endpoint = account.settings.endpoints.authorization
        else {
            throw BrokenPromise(description: "the sample account has all endpoints")
        }
        return AuthorizationRequest(
            account: account, endpoint: endpoint, redirectURI: "http://127.0.0.1:1/", using: &random)
    }

    static let state = (try? request.get().state.expose()) ?? ""

    private struct SteadyRandom: RandomNumberGenerator {
        private var last: UInt64 = 0

        mutating func next() -> UInt64 {
            last &+= 0x9E37_79B9_7F4A_7C15
            return last
        }
    }
}
