import Crypto
import FoundationEssentials
import OAuth
import Text

@testable import AuthorizationServer

/// A server without a network, with a clock that the test moves.
final class Lab {
    var machine: ServerMachine
    var now = Date(timeIntervalSince1970: 1_800_000_000)

    static let issuer = "http://127.0.0.1:1"
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    static let redirectURI = "http://127.0.0.1:4711/"

    init(_ settings: ServerSettings = .wonderland) {
        machine = ServerMachine(settings: settings, issuer: Self.issuer)
    }

    func get(_ path: String, _ query: [FormField] = [], bearer: String? = nil) -> WebReply {
        var request = WebRequest(method: .get, path: path, query: FormEncoding.encode(query))
        request.authorization = bearer.map { "Bearer \($0)" }
        return reply(request)
    }

    func post(_ path: String, _ form: [String: String], basic: (String, String)? = nil) -> WebReply {
        var request = WebRequest(method: .post, path: path, contentType: FormEncoding.mediaType)
        request.body = FormEncoding.encode(form.map { FormField($0.key, $0.value) })
        request.authorization = basic.map { id, secret in
            "Basic " + Data("\(FormEncoding.encode(id)):\(FormEncoding.encode(secret))".utf8).base64EncodedString()
        }
        return reply(request)
    }

    func reply(_ request: WebRequest) -> WebReply {
        switch machine.handle(request, now: now) {
        case .answer(let reply), .hold(let reply?): reply
        case .hangUp, .hold(nil): WebReply(status: 0)
        }
    }

    /// The fields of a valid authorization request by the public client, with changes; nil omits a parameter.
    func authorize(_ changes: [String: String?] = [:]) -> WebReply {
        var query: [String: String?] = [
            "response_type": "code", "client_id": "desk", "redirect_uri": Self.redirectURI, "state": "s t&",
            "code_challenge": Self.challenge, "code_challenge_method": "S256", "scope": "profile mail",
        ]
        query.merge(changes) { $1 }
        return get("/authorize", query.compactMap { name, value in value.map { FormField(name, $0) } })
    }

    /// Signs alice in and answers the consent page.
    func answer(_ page: WebReply, decision: String = "allow") -> WebReply {
        let consent = post("/sign-in", page.hidden(with: ["username": "alice", "password": "wonderland"]))
        return post("/consent", consent.hidden(with: ["decision": decision]))
    }

    func code(_ changes: [String: String?] = [:]) -> String {
        answer(authorize(changes)).redirect["code"] ?? ""
    }

    func redeem(_ code: String, _ changes: [String: String?] = [:]) -> WebReply {
        var form: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI, "client_id": "desk",
            "code_verifier": Self.verifier,
        ]
        form.merge(changes) { $1 }
        return post("/token", form.compactMapValues { $0 })
    }

    func refresh(_ token: String?, _ more: [String: String] = [:]) -> WebReply {
        let form = ["grant_type": "refresh_token", "refresh_token": token ?? "", "client_id": "desk"]
        return post("/token", form.merging(more) { $1 })
    }

    /// The tokens of a new grant.
    func tokens() -> Tokens {
        redeem(code()).tokens
    }

    func isAlive(_ accessToken: String?) -> Bool {
        get("/resource", bearer: accessToken ?? "").status == 200
    }
}

/// The members of a token reply, all optional, because a fault may change them.
struct Tokens: Decodable {
    var accessToken: String?
    var tokenType: String?
    var refreshToken: String?
    var scope: String?
}

extension WebReply {
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The parameters in the redirect URI of this response.
    var redirect: [String: String] {
        let query = header("Location")?.drop { $0 != "?" }.dropFirst() ?? ""
        let fields = FormEncoding.decode(query) ?? []
        return Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    var tokens: Tokens {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode(Tokens.self, from: Data(body.utf8))) ?? Tokens()
    }

    /// The hidden fields of the page, with additional fields.
    func hidden(with more: [String: String]) -> [String: String] {
        hiddenFields(of: body).merging(more) { $1 }
    }
}

func hiddenFields(of page: String) -> [String: String] {
    Dictionary(FormPage(text: page).hiddenFields.map { ($0.name, $0.value) }) { _, last in last }
}
