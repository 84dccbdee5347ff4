import Testing

@testable import MicrosoftAdvertisingPresets

struct FaultCodeTests {
    private func explanation(_ text: String) -> String? {
        MicrosoftAdvertising().explanation(of: text, account: "acme")
    }

    @Test(arguments: AdvertisingFault.allCases)
    func `a fault is explained by its name, with a remedy`(_ fault: AdvertisingFault) throws {
        let words = try #require(explanation(fault.name.lowercased()))
        #expect(words.hasPrefix("\(fault.name) (\(fault.rawValue)): ") && words.count > fault.name.count + 30)
    }

    @Test(arguments: [
        ("105", "InvalidCredentials (105): another environment"),
        ("126", "IdentityTypeMismatch (126): the user signs in"),
        ("109", "AuthenticationTokenExpired (109): refresh the token"),
        ("106", "UserIsNotAuthorized (106): the user lacks"),
        ("122", "PersonalIdentityNotAvailable (122): choose a personal"),
        ("123", "WorkIdentityNotAvailable (123): choose a work"),
        ("124", "PersonalIdentityMigratedToWork (124): choose your"),
        ("117", "CallRateExceeded (117): make fewer calls"), ("InternalError", "InternalError (0): the service"),
    ])
    func `a fault is explained by its number`(_ text: String, _ words: String) {
        #expect(explanation(text)?.hasPrefix(words) == true)
    }

    @Test(arguments: ["0", "1", "999", "", "105 ", "Credentials"])
    func `a text without a fault's code isn't explained`(_ text: String) {
        #expect(explanation(text) == nil)
    }
}
