import Accounts
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
        (
            "122",
            "PersonalIdentityNotAvailable (122): Microsoft Advertising knows only a work account of this user: choose your"
        ),
        (
            "123",
            "WorkIdentityNotAvailable (123): Microsoft Advertising knows only a personal account of this user: choose a"
        ),
        (
            "124",
            "PersonalIdentityMigratedToWork (124): the personal account was migrated to a work account: choose your"
        ),
        ("120", "UserLoginAccessDenied (120): this sign-in was merged into another one"),
        ("119", "InvalidAccountId (119): the account isn't one of the customer"),
        ("1030", "CampaignServiceAccountIdHasToBeSpecified (1030): the request names no customer"),
        ("100", "NullRequest (100): the request has no body"),
        ("116", "RequestMissingHeaders (116): the request lacks a"),
        ("117", "CallRateExceeded (117): make fewer calls"), ("InternalError", "InternalError (0): the service"),
    ])
    func `a fault is explained by its number`(_ text: String, _ words: String) {
        #expect(explanation(text)?.hasPrefix(words) == true)
    }

    @Test(arguments: [
        "error code 105", "InvalidCredentials (105)", "\"105\"", "105 ", "“InvalidCredentials”",
        #"{"Code":105,"Detail":null,"ErrorCode":"InvalidCredentials","Message":"Authentication failed."}"#,
        "<Code>105</Code><Detail i:nil=\"true\"/><ErrorCode>InvalidCredentials</ErrorCode>",
        "Error 100 of 120: InvalidCredentials", "code=\"105\",",
    ])
    func `a fault is found in a sentence, in JSON and in XML, a name before any number`(_ text: String) {
        #expect(explanation(text)?.hasPrefix("InvalidCredentials (105): ") == true)
    }

    @Test func `the number 0 counts only where it is called a code`() {
        #expect(explanation("ErrorCode: 0")?.hasPrefix("InternalError (0)") == true)
        #expect(explanation(#"{"Code":0}"#)?.hasPrefix("InternalError (0)") == true)
        #expect(explanation("0 errors") == nil)
    }

    @Test(arguments: ["0", "1", "999", "", "x105", "105-2", "0.AXoA-105", "Credentials", "AADSTS50011: port 105"])
    func `a text without a fault's code isn't explained`(_ text: String) {
        #expect(explanation(text) == nil)
    }
}
