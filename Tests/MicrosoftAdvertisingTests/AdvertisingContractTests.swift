import APIContract
import FoundationEssentials
import MicrosoftAdvertisingContract
import Testing

struct AdvertisingContractTests {
    private let headers = AdvertisingHeaders(
        authenticationToken: "token", developerToken: "DEV", customerID: "20001", customerAccountID: "30001",
        identityProvider: "Google")

    @Test func `headers are encoded and decoded as JSON with the names in Microsoft's documentation`() throws {
        let data = try ContractJSON.encode(headers)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"AuthenticationToken":"token","CustomerAccountId":"30001","CustomerId":"20001","#
                + #""DeveloperToken":"DEV","IdentityProvider":"Google"}"#)
        #expect(try ContractJSON.decode(AdvertisingHeaders.self, from: data) == headers)
    }

    @Test func `unknown headers are left out`() throws {
        let few = AdvertisingHeaders(authenticationToken: "token", developerToken: "DEV")
        let data = try ContractJSON.encode(few)
        #expect(String(decoding: data, as: UTF8.self) == #"{"AuthenticationToken":"token","DeveloperToken":"DEV"}"#)
        #expect(try ContractJSON.decode(AdvertisingHeaders.self, from: data) == few)
        #expect(throws: DecodingError.self) {
            try ContractJSON.decode(AdvertisingHeaders.self, from: Data(#"{"DeveloperToken":"DEV"}"#.utf8))
        }
    }

    @Test func `the HTTP lines send the access token as a Bearer token`() {
        #expect(
            headers.httpLines == """
                Authorization: Bearer token
                CustomerAccountId: 30001
                CustomerId: 20001
                DeveloperToken: DEV
                IdentityProvider: Google

                """)
    }

    @Test func `only numbers are valid ids`() {
        #expect(AdvertisingCustomer(customerID: "1", customerAccountID: "9223372036854775807").isWellFormed)
        for id in ["", "-1", "1.0", "../x", "1\n", "١", String(repeating: "1", count: 20)] {
            #expect(!AdvertisingCustomer(customerID: "1", customerAccountID: id).isWellFormed)
            #expect(!AdvertisingCustomer(customerID: id, customerAccountID: "1").isWellFormed)
        }
    }
}
