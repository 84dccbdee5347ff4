import Accounts
import FoundationEssentials
import OAuth
import Text

extension FuzzTarget {
    static let keySet = FuzzTarget("key-set", samples: [webKeys]) { (input: [UInt8]) in
        if let keys = JSONWebKeySet(Data(input)) { _ = await JSONWebSignature.Parts(Secret(token))?.isSigned(by: keys) }
    }

    static let identityToken = FuzzTarget(
        "id-token",
        samples: [token, #"{"iss":"https://as.example","sub":"s","aud":["me"],"exp":1e300,"iat":-1e300}"#]
    ) { (text: String) in
        let message = text.split(separator: ".", omittingEmptySubsequences: false).dropLast()
        let keys = JSONWebKeySet(Data(webKeys.utf8)) ?? JSONWebKeySet([])
        if let parts = JSONWebSignature.Parts(Secret(text)), await parts.isSigned(by: keys) {
            try hold(message == token.split(separator: ".").dropLast(), "nothing is signed but what was signed")
        }
        let settings = try SampleAccount.settings.get()
        for text in [text, "e30.\(Base64URL.encode(Array(text.utf8))).AA"] {
            _ = try? IdentityToken(Secret(text)).check(
                issuer: settings.expectedIssuer, clientID: settings.client.id, nonce: nil,
                now: Date(timeIntervalSince1970: 1e9))
        }
    }

    /// A token signed with a key that was deleted.
    private static let token = """
        eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUiLCJzdWIiOiJzIiwiYXVkIjoibWUifQ.5J8-NnZ\
        KEmKCISV77mNShglPxxfAKhpczgrGvnF9zcOUum_y33tVn8H6_N_EgjfUFwKzHa-wmkd-MJjQlLETQw
        """

    private static let webKeys = """
        {"keys":[{"kty":"EC","crv":"P-256","x":"7Ol-NhTGoMKmPf27G1b-fH7-nrVtInHQdCt19kpLgvc","y":"H8IIv\
        aPAJNAvgx2XwGayRzrXuNBYrQvzCcDxV0UBRBk"}]}
        """
}
