import Files
import MicrosoftAdvertisingDaemon
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct LogoutCustomerTests {
    // REVOKE-3
    @Test func `a logout forgets the customer that the user chose, and no other account's`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let customers = CustomerStore(folder: try PrivateFolder(rig.folder.path))
            let choice = CustomerStore.Choice(customerID: "1", customerAccountID: "2")
            try await customers.save(choice, account: "demo")
            try await customers.save(choice, account: "other")
            _ = try await rig.api.logout("demo").get()
            #expect(await customers.load(account: "demo") == nil)
            #expect(await customers.load(account: "other") == choice)
        }
    }
}
