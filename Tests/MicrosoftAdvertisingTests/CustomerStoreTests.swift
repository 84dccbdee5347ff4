import Failures
import Files
import FoundationEssentials
import MicrosoftAdvertisingDaemon
import Scratch
import Testing

struct CustomerStoreTests {
    private let choice = CustomerStore.Choice(customerID: "20001", customerAccountID: "30001")

    private func withFolder(_ test: (String, CustomerStore) async throws -> Void) async throws {
        let folder = try ScratchFolder()
        try await test(folder.path, CustomerStore(folder: try PrivateFolder(folder.path)))
    }

    @Test func `a choice is stored for its account only, until it is erased`() async throws {
        try await withFolder { path, store in
            #expect(await store.load(account: "ads") == nil)
            try await store.save(choice, account: "ads")
            let other = CustomerStore(folder: try PrivateFolder(path))
            #expect(await other.load(account: "ads") == choice)
            #expect(await other.load(account: "mail") == nil)
            await other.erase(account: "ads")
            #expect(await store.load(account: "ads") == nil)
            await store.erase(account: "ads")
        }
    }

    @Test func `only the user can read and write the file`() async throws {
        try await withFolder { path, store in
            try await store.save(choice, account: "ads")
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/ads.customer")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `an invalid file counts as absent, and choosing again replaces it`() async throws {
        try await withFolder { path, store in
            for text in ["", "{", "{}", String(repeating: "x", count: 10_000)] {
                try Data(text.utf8).write(to: URL(filePath: "\(path)/ads.customer"))
                #expect(await store.load(account: "ads") == nil)
            }
            try await store.save(choice, account: "ads")
            #expect(await store.load(account: "ads") == choice)
        }
    }

    @Test func `a missing folder is reported with a remedy`() async throws {
        try await withFolder { path, store in
            try FileManager.default.removeItem(atPath: path)
            await #expect { try await store.save(choice, account: "ads") } throws: {
                ($0 as? Failure)?.code == .storage
            }
        }
    }
}
