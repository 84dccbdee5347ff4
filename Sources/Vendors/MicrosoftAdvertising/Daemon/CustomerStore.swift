import Dispatch
package import Failures
package import Files
import FoundationEssentials
import Glibc

/// Stores the chosen customer and advertising account of each account, in a small file beside the grant. The ids aren't
/// secret.
package final class CustomerStore: Sendable {
    package struct Choice: Codable, Sendable, Hashable {
        package var customerID: String
        package var customerAccountID: String

        package init(customerID: String, customerAccountID: String) {
            self.customerID = customerID
            self.customerAccountID = customerAccountID
        }
    }

    private let folder: PrivateFolder
    private let queue = DispatchQueue(label: "valetkey.customers")

    private static let fileLimit = 4096

    package init(folder: PrivateFolder) {
        self.folder = folder
    }

    /// Returns nil if nothing was chosen, or the file can't be read or parsed: choosing again replaces it.
    package func load(account: String) async -> Choice? {
        await perform { [self] in
            guard let file = try? POSIXFile(path(account), flags: O_RDONLY),
                let bytes = (try? file.read(limit: Self.fileLimit)) ?? nil
            else { return nil }
            return try? JSONDecoder().decode(Choice.self, from: Data(bytes))
        }
    }

    package func save(_ choice: Choice, account: String) async throws(Failure) {
        let failure: Failure? = await perform { [self] in
            do {
                try POSIXFile.replace(path(account), with: Array(JSONEncoder().encode(choice)), in: folder.path)
                return nil
            } catch {
                return .storage(error, "write", path(account), in: folder)
            }
        }
        if let failure { throw failure }
    }

    package func erase(account: String) async {
        await perform { [self] in _ = unsafe unlink(path(account)) }
    }

    private func path(_ account: String) -> String { folder.file("\(account).customer") }

    private func perform<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
