import Accounts
import MicrosoftIdentity
import OAuth
import Testing

struct EntraCodeTests {
    @Test(arguments: [
        ("AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1", 700082),
        ("Error: AADSTS50173 and then AADSTS65001", 50173),
        ("AADSTS7000215: Invalid client secret provided.\r\nTrace ID: x", 7_000_215),
    ])
    func `the first code in a description is used`(_ description: String, _ number: Int) {
        #expect(OAuthError("invalid_grant", description: description).entraCodes == [EntraCode(number)])
    }

    @Test(arguments: ["", "AADSTS", "AADSTS: no number", "aadsts50173", "AADSTS99999999999999999999"])
    func `a description without a code has none`(_ description: String) {
        #expect(OAuthError("invalid_grant", description: description).entraCodes.isEmpty)
    }

    @Test(arguments: [
        70000, 70008, 700_082, 50173, 54005, 501_481, 50147, 501_491, 50076, 50079, 65001, 65004, 90094, 70011, 700_016,
        7_000_215, 70002, 700_025, 650_052, 50011, 90102, 500_117, 50194, 7_000_012, 50196, 90055,
        700_084, 7_000_218, 9_002_326, 9_002_327, 7_000_222, 500_113, 700_038, 900_023, 650_053, 50148, 50126,
        9_002_331, 65002, 500_207, 16000,
        70046, 700_027, 53003, 53000, 50105, 50020, 90002, 900_432, 28000,
        28003, 500_011, 90023, 53001, 50034, 50057, 700_024, 90033,
    ])
    func `each known code has a remedy that names its account`(_ number: Int) throws {
        let remedy = try #require(EntraCode(number).reading(account: "ads-one")?.remedy)
        #expect(!remedy.hasSuffix(".") && remedy.first?.isUppercase == false)
        #expect(EntraCode(number + 1_000_000_000).reading(account: "ads") == nil)
    }

    @Test func `the remedy of a code that needs a new consent says how to start one`() {
        for number in [70000, 70008, 700_082, 50173, 50076, 65001] {
            #expect(EntraCode(number).reading(account: "mail")?.remedy?.contains("valetkey login mail") == true)
        }
    }
}
