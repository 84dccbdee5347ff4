import APIContract
import APIServer
import Accounts
import Grants
import Text

/// The calls about the key of the stored grants.
extension DaemonAPI {
    var keyReport: KeyReport { keys?.report ?? KeyReport(kind: "none", state: .open) }

    /// The accounts of the configuration while the key is locked.
    var lockedAccounts: [AccountReport] {
        guard let keys, let lock = keys.lock, let accounts = keys.withheld else { return [] }
        return accounts.values.sorted { $0.name < $1.name }.map { AccountReport($0, lock: lock) }
    }

    func unlock(_ wish: UnlockRequest) async -> Result<KeyReport, Problem> {
        guard let keys else { return .success(keyReport) }
        return await keys.unlock(wish.passphrase.map(Secret.init), isNew: wish.isNew ?? false) {
            await reloader.release()
        }
    }

    func lock() async -> Result<KeyReport, Problem> {
        guard let keys else { return .success(keyReport) }
        return await keys.lock(unsaved: keeper.unsaved) { await reloader.withhold() }
    }

    func rotate(_ wish: RotationRequest) async -> Result<KeyReport, Problem> {
        guard let keys else { return .success(keyReport) }
        return await keys.rotate(wish.passphrase.map(Secret.init), newPassphrase: wish.newPassphrase.map(Secret.init))
    }
}
