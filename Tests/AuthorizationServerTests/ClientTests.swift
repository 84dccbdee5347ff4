import FoundationEssentials
import OAuth
import Testing
import Text

@testable import AuthorizationServer

@Suite struct ClientTests {
    private static let form = ["grant_type": "client_credentials", "scope": "mail"]

    @Test func `a confidential client acts for itself, with Basic or credentials in the form`() {
        let lab = Lab()
        let basic = lab.post("/token", Self.form, basic: ("deskc", "looking-glass"))
        #expect(basic.status == 200)
        #expect(basic.tokens.refreshToken == nil)
        let named = ["client_id": "deskc", "client_secret": "looking-glass"]
        #expect(lab.post("/token", Self.form.merging(named) { $1 }).status == 200)
        #expect(lab.get("/resource", bearer: basic.tokens.accessToken).body.contains("\"name\":\"deskc\""))
    }

    @Test func `a public client does not act for itself`() {
        let lab = Lab()
        let reply = lab.post("/token", Self.form.merging(["client_id": "desk"]) { $1 })
        #expect(reply.status == 400)
        #expect(reply.error == "unauthorized_client")
    }

    // AUTH-2
    @Test func `the two parts of Basic are form-encoded`() {
        var settings = ServerSettings.wonderland
        settings.clients.append(RegisteredClient(id: "a:b c", secret: Secret("p%+&=:ü")))
        let lab = Lab(settings)
        #expect(lab.post("/token", Self.form, basic: ("a:b c", "p%+&=:ü")).status == 200)
        #expect(lab.post("/token", Self.form, basic: ("a:b c", "p%+&=:u")).status == 401)
    }

    @Test(arguments: [("deskc", "wrong"), ("nobody", "looking-glass"), ("desk", "any"), ("deskc", "")])
    func `a failed Basic authentication gets 401 with a challenge`(id: String, secret: String) {
        let lab = Lab()
        let reply = lab.post("/token", Self.form, basic: (id, secret))
        #expect(reply.status == 401)
        #expect(reply.error == "invalid_client")
        #expect(reply.header("WWW-Authenticate")?.hasPrefix("Basic ") == true)
        #expect(reply.header("Cache-Control") == "no-store")
    }

    @Test(arguments: ["Bearer x", "Basic !", "Basic", "Basic bm9jb2xvbg=="])
    func `an invalid Authorization header gets 401`(header: String) {
        let lab = Lab()
        var request = WebRequest(method: .post, path: "/token", contentType: FormEncoding.mediaType)
        request.body = FormEncoding.encode(Self.form.map { FormField($0.key, $0.value) })
        request.authorization = header
        let reply = lab.reply(request)
        #expect(reply.status == 401)
        #expect(reply.error == "invalid_client")
    }

    @Test func `a confidential client without its secret is refused`() {
        let lab = Lab()
        #expect(lab.post("/token", Self.form.merging(["client_id": "deskc"]) { $1 }).error == "invalid_client")
    }

    // AUTH-1
    @Test func `two authentication methods in one request are refused`() {
        let lab = Lab()
        let both = Self.form.merging(["client_id": "deskc", "client_secret": "looking-glass"]) { $1 }
        let reply = lab.post("/token", both, basic: ("deskc", "looking-glass"))
        #expect(reply.status == 400)
        #expect(reply.error == "invalid_request")
    }

    @Test func `a body that isn't a form, or has a repeated parameter, is refused`() {
        let lab = Lab()
        var request = WebRequest(method: .post, path: "/token", contentType: "application/json", body: "{}")
        #expect(lab.reply(request).error == "invalid_request")
        request.contentType = FormEncoding.mediaType + "; charset=UTF-8"
        request.body = "grant_type=client_credentials&grant_type=refresh_token&client_id=desk"
        #expect(lab.reply(request).error == "invalid_request")
        request.body = "grant_type=%zz"
        #expect(lab.reply(request).error == "invalid_request")
    }

    @Test func `the token endpoint accepts only POST`() {
        let lab = Lab()
        let reply = lab.get("/token")
        #expect(reply.status == 405)
        #expect(reply.header("Allow") == "POST")
        #expect(lab.get("/elsewhere").status == 404)
    }

    @Test func `revoking a refresh token ends the grant, revoking an access token ends only that`() {
        let lab = Lab()
        let (one, two) = (lab.tokens(), lab.tokens())
        let access = lab.post("/revoke", ["token": one.accessToken ?? "", "client_id": "desk"])
        #expect(access.status == 200)
        #expect(!lab.isAlive(one.accessToken))
        #expect(lab.refresh(one.refreshToken).status == 200)
        #expect(lab.post("/revoke", ["token": two.refreshToken ?? "", "client_id": "desk"]).status == 200)
        #expect(!lab.isAlive(two.accessToken))
        #expect(lab.refresh(two.refreshToken).error == "invalid_grant")
    }

    @Test func `revoking an unknown token succeeds, revoking that of another client doesn't`() {
        let lab = Lab()
        let tokens = lab.tokens()
        #expect(lab.post("/revoke", ["token": "unknown", "client_id": "desk"]).status == 200)
        let other = lab.post("/revoke", ["token": tokens.accessToken ?? ""], basic: ("deskc", "looking-glass"))
        #expect(other.status == 400)
        #expect(lab.isAlive(tokens.accessToken))
    }

    @Test func `introspection tells protected resources only about valid tokens`() {
        let lab = Lab()
        let token = lab.tokens().accessToken ?? ""
        let live = lab.post("/introspect", ["token": token], basic: ("deskc", "looking-glass"))
        #expect(live.body.contains("\"active\":true") && live.body.contains("\"username\":\"alice\""))
        #expect(live.body.contains("\"client_id\":\"desk\"") && live.body.contains("\"scope\":\"profile mail\""))
        #expect(live.body.contains("\"exp\":1800003600"))
        #expect(lab.post("/introspect", ["token": token, "client_id": "desk"]).status == 401)
        let dead = lab.post("/introspect", ["token": "unknown"], basic: ("deskc", "looking-glass"))
        #expect(dead.body == "{\"active\":false}")
    }

    @Test func `the resource challenges a request without a valid token`() {
        let lab = Lab()
        let bare = lab.get("/resource")
        #expect(bare.status == 401)
        #expect(bare.header("WWW-Authenticate") == "Bearer realm=\"resource\"")
        let wrong = lab.get("/resource", bearer: "guess")
        #expect(wrong.status == 401)
        #expect(wrong.header("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
    }

    @Test func `the metadata has the issuer and all endpoints`() {
        let lab = Lab()
        let metadata = lab.get("/.well-known/oauth-authorization-server")
        #expect(metadata.body.contains("\"issuer\":\"\(Lab.issuer)\""))
        #expect(metadata.body.contains("\"token_endpoint\":\"\(Lab.issuer)/token\""))
        #expect(metadata.body.contains("\"code_challenge_methods_supported\":[\"S256\"]"))
        #expect(lab.get("/.well-known/openid-configuration").body == metadata.body)
    }
}
