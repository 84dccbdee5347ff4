import MicrosoftAdvertisingService
import Testing

struct ReachTests {
    private func user(_ roles: CustomerRole...) -> AdvertisingUser { AdvertisingUser(id: "1", roles: roles) }

    @Test func `a customer reaches its own accounts, and those that a role there lists`() {
        let user = user(
            CustomerRole(customerID: "333", roleID: 41, linkedAccountIDs: ["8"]),
            CustomerRole(customerID: "444", roleID: 41, accountIDs: ["7"]))
        func reaches(_ id: String, of owner: String?, through customer: String) -> Bool {
            user.reaches(AdvertiserAccount(id: id, customerID: nil, parentCustomerID: owner), through: customer)
        }
        #expect(reaches("1", of: "333", through: "333") && !reaches("1", of: "444", through: "333"))
        #expect(reaches("8", of: "444", through: "333"))
        #expect(reaches("7", of: "444", through: "444") && !reaches("6", of: "444", through: "444"))
        #expect(!reaches("1", of: "333", through: "555"))
        #expect(reaches("9", of: nil, through: "333") && !reaches("9", of: nil, through: "444"))
    }
}
