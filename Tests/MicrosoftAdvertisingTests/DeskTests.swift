import APIContract
import Accounts
import Failures
import Files
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingDaemon
import OAuth
import Scratch
import Secrets
import Testing
import Text

struct DeskTests {
    private func withDesk(
        provider: String = "microsoft-advertising", token: String = "DEV",
        _ test: (AdvertisingDesk, AccountSettings) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        let desk = AdvertisingDesk(
            secrets: SecretReader(environment: [:], clock: ContinuousClock()),
            customers: CustomerStore(folder: try PrivateFolder(folder.path)))
        try await test(
            desk,
            AccountSettings(
                name: "ads", provider: provider, client: Client(id: "c"),
                redirectURI: try RedirectURI("http://localhost"),
                vendorSecrets: ["developer_token": .literal(Secret(token))]))
    }

    @Test func `the headers name the chosen customer, which another one replaces completely for one answer`()
        async throws
    {
        try await withDesk { desk, settings in
            func ids(_ wish: CustomerWish?) async throws -> [String?] {
                let headers = try await desk.headers(around: "t", of: settings, for: wish).get()
                #expect(headers.developerToken == "DEV" && headers.authenticationToken == "t")
                return [headers.customerID, headers.customerAccountID]
            }
            #expect(try await ids(nil) == [nil, nil])
            _ = try await desk.choose(AdvertisingCustomer(customerID: "1", customerAccountID: "2"), for: settings).get()
            #expect(try await ids(nil) == ["1", "2"])
            #expect(try await ids(CustomerWish(customerID: "7")) == ["7", nil])
            #expect(try await ids(CustomerWish(customerID: "7", customerAccountID: "8")) == ["7", "8"])
            #expect(try await ids(nil) == ["1", "2"])
        }
    }

    @Test(arguments: [
        ("\"DEV", "has a quote at one end"), ("D EV", "has a blank inside"), ("D\u{a0}EV", "has a blank inside"),
        ("DEV,", "has characters that no developer token has"), ("DÉV", "has characters that no developer token has"),
    ])
    func `a soiled developer token isn't sent, and the reason is said`(_ token: String, _ words: String) async throws {
        try await withDesk(token: token) { desk, settings in
            let problem = await #expect(throws: Problem.self) {
                try await desk.headers(around: "t", of: settings).get()
            }
            #expect(problem?.detail == "the developer token of ads \(words)")
            #expect(problem?.code == .configurationError && problem?.hint?.hasPrefix("write the token itself") == true)
        }
    }

    @Test func `an account of another provider has no advertising headers`() async throws {
        try await withDesk(provider: "google") { desk, settings in
            let problem = await #expect(throws: Problem.self) {
                try await desk.headers(around: "t", of: settings).get()
            }
            #expect(problem?.code == .configurationError)
        }
    }
}
