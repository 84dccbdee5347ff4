import FoundationEssentials
import OAuth

extension FuzzTarget {
    static let keySet = FuzzTarget("key-set", samples: [webKeys]) { (input: [UInt8]) in
        for key in JSONWebKeySet(Data(input))?.keys ?? [] { _ = key.publicKey }
    }

    static let identityToken = FuzzTarget(
        "id-token",
        samples: [token, #"{"iss":"https://as.example","sub":"s","aud":["me"],"exp":1e300,"iat":-1e300}"#]
    ) { (text: String) in
        let message = text.split(separator: ".", omittingEmptySubsequences: false).dropLast()
        if let parts = JSONWebSignature.Parts(Secret(text)), parts.isSigned(by: JSONWebKeySet(text: webKeys)) {
            try hold(message == token.split(separator: ".").dropLast(), "nothing is signed but what was signed")
        }
        let settings = try SampleAccount.settings.get()
        for text in [text, "e30.\(Base64URL.encode(Array(text.utf8))).AA"] {
            _ = try? IdentityToken(Secret(text)).check(settings, nonce: nil, now: Date(timeIntervalSince1970: 1e9))
        }
    }

    /// The same in every process, as all that an input that was kept depends on.
    private static let key = try? SigningKey(stored: Secret(Base64URL.encode(Array(repeating: 1, count: 32))))

    private static let token: String = {
        let claims = ["iss": "https://as.example", "sub": "s", "aud": "me"]
        return key.flatMap { try? JSONWebSignature.sign(claims, type: "JWT", key: $0) }?.expose() ?? ""
    }()

    private static let webKeys: String = {
        let set = key.flatMap { try? JSONEncoder().encode(["keys": [$0.publicKey.webKey]]) }
        return String(decoding: set ?? Data(), as: UTF8.self)
    }()
}

extension JSONWebKeySet {
    fileprivate init(text: String) {
        self = JSONWebKeySet(Data(text.utf8)) ?? JSONWebKeySet([])
    }
}
