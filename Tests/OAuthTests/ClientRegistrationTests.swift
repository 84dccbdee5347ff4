import FoundationEssentials
import Testing
import Text

@testable import OAuth

struct ClientRegistrationTests {
    private static let asked = "http://127.0.0.1/mcp"

    private func read(
        _ members: String, endpoint: String = "https://auth.example/register"
    ) throws -> ClientRegistration {
        try ClientRegistration(
            Data("{\(members)}".utf8), asked: RedirectURI(Self.asked), endpoint: EndpointURL(endpoint))
    }

    // REG-1
    @Test func `a request names what a native client needs`() throws {
        let request = RegistrationRequest(
            redirectURI: try RedirectURI(Self.asked), scopes: ["a", "b"], softwareVersion: "1.2")
        struct Body: Decodable, Equatable {
            var redirectUris: [String]
            var grantTypes: [String]
            var responseTypes: [String]
            var tokenEndpointAuthMethod: String
            var clientName: String
            var softwareId: String
            var softwareVersion: String
            var applicationType: String
            var scope: String?
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let body = try decoder.decode(Body.self, from: Data(request.body.utf8))
        let expected = Body(
            redirectUris: [Self.asked], grantTypes: ["authorization_code", "refresh_token"],
            responseTypes: ["code"], tokenEndpointAuthMethod: "none", clientName: "valetkey",
            softwareId: "5d0e8a6c-3f0b-4c59-9a51-7f1f4f6c2a3e", softwareVersion: "1.2", applicationType: "native",
            scope: "a b")
        #expect(body == expected)
        let bare = RegistrationRequest(redirectURI: try RedirectURI(Self.asked), scopes: [], softwareVersion: "1.2")
        #expect(!bare.body.contains("scope"))
    }

    // REG-2
    @Test func `a public client has no secret, and the redirect URI that was asked for`() throws {
        let client = try read(#""client_id": "c", "client_secret": "s", "token_endpoint_auth_method": "none""#)
        #expect(client.secret == nil && client.secretExpires == nil)
        #expect(client.authentication == .none)
        #expect(client.redirectURI.text == Self.asked)
        #expect(client.scopes == nil && client.accessToken == nil && client.managementURI == nil)
        #expect(try read(#""client_id": "c""#).authentication == .none)
    }

    // REG-2, REG-4
    @Test func `what the server registered is in force`() throws {
        let client = try read(
            #"""
            "client_id": "c", "client_secret": "s", "client_secret_expires_at": 1800000000, "scope": "a b",
            "token_endpoint_auth_method": "client_secret_post",
            "redirect_uris": ["https://x.example/", "http://localhost/cb"],
            "registration_access_token": "t", "registration_client_uri": "https://auth.example/register/c"
            """#)
        #expect(client.secret == Secret("s"))
        #expect(client.secretExpires == Date(timeIntervalSince1970: 1_800_000_000))
        #expect(client.authentication == .clientSecretPost)
        #expect(client.redirectURI.text == "http://localhost/cb")
        #expect(client.scopes == ["a", "b"])
        #expect(client.accessToken == Secret("t"))
        #expect(client.managementURI?.text == "https://auth.example/register/c")
    }

    // REG-4
    @Test(arguments: [("0", nil), ("\"1800000000\"", 1_800_000_000.0), ("1800000000", 1_800_000_000.0)])
    func `the end of a secret is a number of seconds, and 0 is never`(text: String, seconds: Double?) throws {
        let client = try read(#""client_id": "c", "client_secret": "s", "client_secret_expires_at": \#(text)"#)
        #expect(client.authentication == .clientSecretBasic)
        #expect(client.secretExpires == seconds.map(Date.init(timeIntervalSince1970:)))
    }

    @Test func `a redirect URI among several is kept as it was asked for`() throws {
        let client = try read(#""client_id": "c", "redirect_uris": ["http://localhost/", "http://127.0.0.1/mcp"]"#)
        #expect(client.redirectURI.text == Self.asked)
    }

    @Test func `the place of the registration is encrypted, unless the endpoint is on this machine`() throws {
        let members = #""client_id": "c", "registration_client_uri": "http://127.0.0.1:1/c""#
        #expect(try read(members).managementURI == nil)
        #expect(try read(members, endpoint: "http://127.0.0.1:1/r").managementURI?.text == "http://127.0.0.1:1/c")
    }

    // REG-2
    @Test(arguments: [
        (#""client_id": """#, RegistrationFault.noClientID), (#""client_id": "é""#, .noClientID), ("", .noClientID),
        (#""client_id": "c", "token_endpoint_auth_method": "private_key_jwt""#, .method("private_key_jwt")),
        (#""client_id": "c", "token_endpoint_auth_method": "magic""#, .method("magic")),
        (#""client_id": "c", "token_endpoint_auth_method": "client_secret_basic""#, .noSecret),
        (#""client_id": "c", "grant_types": ["client_credentials"]"#, .otherGrantTypes),
        (#""client_id": "c", "redirect_uris": ["https://x.example/"]"#, .otherRedirects(["https://x.example/"])),
        (#""client_id": "c", "redirect_uris": []"#, .otherRedirects([])),
    ]) func `a registration that can't be used is refused`(members: String, fault: RegistrationFault) {
        #expect(throws: fault) { try read(members) }
    }

    @Test func `a reply that is no object is refused`() throws {
        #expect(throws: RegistrationFault.noObject) {
            try ClientRegistration(
                Data("<html>".utf8), asked: RedirectURI(Self.asked), endpoint: EndpointURL("https://a.example/"))
        }
    }
}
