package import APIContract
import FoundationEssentials

/// The API's calls as functions.
extension SocketClient {
    package func token(_ wish: TokenWish, wait: Int = TokenAnswer.usualWait) throws(ClientFailure) -> [UInt8] {
        try send("GET", wish.target(wait: wait), patience: wait + 30).body
    }

    package func token(_ account: String) throws(ClientFailure) -> [UInt8] { try token(TokenWish(account)) }

    /// The header that carries the account's own token, such as `Authorization: Bearer …`.
    package func header(_ wish: TokenWish, wait: Int = TokenAnswer.usualWait) throws(ClientFailure) -> String {
        let answer = try send("GET", wish.target(wait: wait, at: "authorization"), patience: wait + 30)
        guard let authorization = answer.authorization else {
            throw .protocolError("the daemon's answer has no token; are both of one version?")
        }
        return "Authorization: \(authorization)"
    }

    package func tokenAnswer(_ wish: TokenWish, wait: Int = TokenAnswer.usualWait) throws(ClientFailure) -> TokenAnswer
    {
        try decode(send("GET", wish.target(wait: wait), accept: "application/json", patience: wait + 30))
    }

    /// The wish's account only, with how fresh its id_token is to be.
    package func idToken(_ wish: TokenWish, wait: Int = TokenAnswer.usualWait) throws(ClientFailure) -> [UInt8] {
        try send("GET", wish.target(wait: wait, at: "id-token"), patience: wait + 30).body
    }

    package func idTokenAnswer(_ wish: TokenWish, wait: Int = TokenAnswer.usualWait) throws(ClientFailure)
        -> IDTokenAnswer
    {
        try decode(
            send("GET", wish.target(wait: wait, at: "id-token"), accept: "application/json", patience: wait + 30))
    }

    /// Reports a token that a server has refused. Returns a newer one.
    package func refused(_ account: String, _ token: String, wait: Int = 30) throws(ClientFailure) -> [UInt8] {
        let target = "/token/\(Self.segment(account))/refused?wait=\(wait)"
        return try send("POST", target, body: Array(token.utf8), bodyType: "text/plain", patience: wait + 30).body
    }

    package func health() throws(ClientFailure) -> HealthReport {
        try decode(send("GET", "/health"))
    }

    package func docker() throws(ClientFailure) -> DockerReport {
        try decode(send("GET", "/docker"))
    }

    package func accounts(patience: Int = 60) throws(ClientFailure) -> AccountList {
        try decode(send("GET", "/accounts", patience: patience))
    }

    package func account(_ name: String) throws(ClientFailure) -> AccountReport {
        try decode(send("GET", "/accounts/\(Self.segment(name))"))
    }

    package func readers(_ name: String) throws(ClientFailure) -> ReaderList {
        try decode(send("GET", "/accounts/\(Self.segment(name))/readers"))
    }

    package func startConsent(
        _ account: String, _ request: ConsentRequest = ConsentRequest(), meanwhile: Meanwhile? = nil
    ) throws(ClientFailure) -> ConsentReport {
        let target = "/accounts/\(Self.segment(account))/consent"
        return try decode(send("POST", target, body: encode(request), meanwhile: meanwhile))
    }

    package func consent(
        _ account: String, wait: Int = 0, meanwhile: Meanwhile? = nil
    ) throws(ClientFailure) -> ConsentReport {
        let target = "/accounts/\(Self.segment(account))/consent?wait=\(wait)"
        return try decode(send("GET", target, patience: wait + 30, meanwhile: meanwhile))
    }

    package func cancelConsent(_ account: String) throws(ClientFailure) -> ConsentReport {
        try decode(send("DELETE", "/accounts/\(Self.segment(account))/consent"))
    }

    /// Takes the caller's wish for a consent back: it is cancelled unless another caller has started or joined it.
    package func leaveConsent(_ account: String) throws(ClientFailure) -> ConsentReport {
        try decode(send("DELETE", "/accounts/\(Self.segment(account))/consent?leave=true", patience: 10))
    }

    package func takeRedirect(
        _ account: String, _ redirect: PastedRedirect, meanwhile: Meanwhile? = nil
    ) throws(ClientFailure) -> ConsentReport {
        let target = "/accounts/\(Self.segment(account))/consent/redirect"
        return try decode(send("POST", target, body: encode(redirect), meanwhile: meanwhile))
    }

    package func refresh(_ account: String) throws(ClientFailure) -> AccountReport {
        try decode(send("POST", "/accounts/\(Self.segment(account))/refresh", patience: 90))
    }

    package func store() throws(ClientFailure) -> StoreReport {
        try decode(send("GET", "/store"))
    }

    package func take(_ account: String) throws(ClientFailure) -> AccountReport {
        try decode(send("POST", "/accounts/\(Self.segment(account))/take"))
    }

    package func logout(_ account: String) throws(ClientFailure) -> AccountReport {
        try decode(send("DELETE", "/accounts/\(Self.segment(account))/grant", patience: 90))
    }

    package func proof(_ account: String, _ request: ProofRequest) throws(ClientFailure) -> ProofAnswer {
        try decode(send("POST", "/accounts/\(Self.segment(account))/dpop", body: encode(request)))
    }

    package func registration(_ account: String) throws(ClientFailure) -> RegistrationReport {
        try decode(send("GET", "/accounts/\(Self.segment(account))/registration"))
    }

    package func keepRegistration(
        _ account: String, _ registration: NewRegistration
    ) throws(ClientFailure) -> RegistrationReport {
        let target = "/accounts/\(Self.segment(account))/registration"
        return try decode(send("PUT", target, body: encode(registration)))
    }

    package func deleteRegistration(_ account: String) throws(ClientFailure) -> RegistrationReport {
        try decode(send("DELETE", "/accounts/\(Self.segment(account))/registration", patience: 90))
    }

    package func key() throws(ClientFailure) -> KeyReport {
        try decode(send("GET", "/key"))
    }

    /// A keyring may ask the user first.
    package func unlock(_ request: UnlockRequest) throws(ClientFailure) -> KeyReport {
        try decode(send("POST", "/key/unlock", body: encode(request), patience: 300))
    }

    package func lock() throws(ClientFailure) -> KeyReport {
        try decode(send("POST", "/key/lock", patience: 300))
    }

    package func rotateKey(_ request: RotationRequest) throws(ClientFailure) -> KeyReport {
        try decode(send("POST", "/key/rotate", body: encode(request), patience: 300))
    }

    package func reload() throws(ClientFailure) -> ReloadReport {
        try decode(send("POST", "/reload"))
    }

    /// An account's name as a path segment: every octet that no name has is escaped.
    package static func segment(_ name: String) -> String {
        let isPlain = { (octet: UInt8) in
            (0x30...0x39).contains(octet) || (0x41...0x5a).contains(octet) || (0x61...0x7a).contains(octet)
                || octet == 0x2d || octet == 0x2e || octet == 0x5f
        }
        // Not by `map` and `joined`: see `PlainAnswer`.
        var segment: [UInt8] = []
        for octet in name.utf8 {
            if isPlain(octet) {
                segment.append(octet)
            } else {
                segment += (octet < 16 ? "%0" : "%").utf8
                segment += String(octet, radix: 16, uppercase: true).utf8
            }
        }
        return String(decoding: segment, as: UTF8.self)
    }

    package func decode<Value: Decodable>(_ answer: Answer) throws(ClientFailure) -> Value {
        guard let value = ClientJSON.decode(Value.self, answer.body) else {
            throw .protocolError("the daemon's answer isn't what this command knows; are both of one version?")
        }
        return value
    }

    package func encode(_ value: some Encodable) throws(ClientFailure) -> [UInt8] {
        do {
            return Array(try ContractJSON.encode(value))
        } catch {
            throw .protocolError("\(error)")
        }
    }
}

enum ClientJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) -> Value? {
        try? ContractJSON.decode(type, from: Data(body))
    }

    static func problem(_ body: [UInt8]) -> Problem? {
        decode(Problem.self, body)
    }
}
