import Accounts
import OAuth
import Testing

struct AccountSettingsTests {
    @Test func `changing a copy of an account's settings doesn't change the original`() throws {
        let first = try exampleSettings()
        var second = first
        second.name = "other"
        second.endpoints.revocation = try EndpointURL("https://as.example/revoke")
        second.scope = Scope(["mail"])
        #expect(first == (try exampleSettings()))
        #expect(second.endpoints.token == first.endpoints.token)
        #expect(second.endpoints.revocation?.text == "https://as.example/revoke")
        #expect(second != first)
        second.$terms = first.$terms
        second.name = first.name
        #expect(second == first)
    }
}
