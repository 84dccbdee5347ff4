import MicrosoftAdvertisingService
import Testing

struct CustomerTests {
    private static let owner = CustomerRole(customerID: "444", roleID: 41)
    private static let manager = CustomerRole(customerID: "333", roleID: 41, linkedAccountIDs: ["444111"])
    private let account = AdvertiserAccount(id: "444111", customerID: "444", parentCustomerID: "444")

    // D9
    @Test(
        arguments: [
            // The account is linked to the customer where the user works.
            ([manager], "333"), ([CustomerRole(customerID: "222", roleID: 41), manager], "333"),
            // The user has a role for the owner that covers all its accounts or this one.
            ([owner], "444"), ([manager, owner], "444"),
            ([manager, CustomerRole(customerID: "444", roleID: 16, accountIDs: ["444111"])], "444"),
            (
                [
                    manager,
                    CustomerRole(
                        customerID: "444", roleID: 16, accountIDs: ["444222"], linkedAccountIDs: ["444111"]),
                ], "444"
            ),
            // The role for the owner covers other accounts only.
            ([manager, CustomerRole(customerID: "444", roleID: 16, accountIDs: ["444222"])], "333"),
            // A role lists the account, but not among the linked ones.
            ([CustomerRole(customerID: "333", roleID: 16, accountIDs: ["444111"])], "333"),
            // No role lists the account.
            ([CustomerRole(customerID: "333", roleID: 41)], "444"),
            ([CustomerRole(customerID: "444", roleID: 16, accountIDs: ["444222"])], "444"), ([], "444"),
        ] as [([CustomerRole], String)])
    func `an account's customer is the one through which the user works with it`(
        _ roles: [CustomerRole], _ customer: String
    ) {
        let reached = AdvertisingUser(id: "1", roles: roles).reaching(account)
        #expect(reached.customerID == customer)
        #expect(reached.parentCustomerID == "444" && reached.id == "444111")
    }

    // D10
    @Test(
        arguments: [
            ([manager], "333"), ([owner], "444"), ([owner, CustomerRole(customerID: "444", roleID: 16)], "444"),
            ([owner, CustomerRole(customerID: "222", roleID: 16)], nil), ([], nil),
        ] as [([CustomerRole], String?)])
    func `an account without an owner belongs to the role that lists it, or to the user's only customer`(
        _ roles: [CustomerRole], _ customer: String?
    ) {
        let reached = AdvertisingUser(id: "1", roles: roles).reaching(AdvertiserAccount(id: "444111", customerID: nil))
        #expect(reached.customerID == customer && reached.parentCustomerID == nil)
    }

    private static let list = [
        AdvertiserAccount(id: "1", number: "X0000001", name: "Shop", customerID: "9"),
        AdvertiserAccount(id: "2", number: "F1200002", name: "shop", customerID: "9"),
        AdvertiserAccount(id: "3", number: "X0000003", name: "Bakery", customerID: "8"),
        AdvertiserAccount(id: "4", name: "Bakery", customerID: "9"),
        AdvertiserAccount(id: "5", name: "1", customerID: "9"),
    ]

    @Test(arguments: [
        ("1", ["1"]), ("x0000003", ["3"]), ("F1200002", ["2"]), ("Shop", ["1"]), ("shop", ["2"]), ("SHOP", ["1", "2"]),
        ("Bakery", ["3", "4"]), ("bakery", ["3", "4"]), ("Baker", []), ("", []), ("9", []),
    ])
    func `an account is found by its id, its number or its name`(_ word: String, _ ids: [String]) {
        #expect(AdvertiserAccount.named(word, in: Self.list).map(\.id) == ids)
    }

    @Test(arguments: [("Active", true), ("Pause", false), ("Inactive", false), (nil, true)])
    func `an account counts as inactive only if the service says so`(_ status: String?, _ isActive: Bool) {
        #expect(AdvertiserAccount(id: "1", customerID: "9", status: status).isActive == isActive)
    }
}
