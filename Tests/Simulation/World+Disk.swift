import Grants
import Text

/// The results of calls to the disk.
extension World {
    mutating func work(_ call: StoreCall) {
        storeCall = nil
        let account = Cast.index(call.account)
        let before = disk.files[call.account]?.kept
        let reply = disk.perform(call, now: moment, boot: boot, isClockSure: isClockSure)
        switch (call, reply) {
        case (.save(let kept, _, _), .saved(.saved)): checkKept(kept, account)
        case (.setAside, .removed):
            // The grant of another client is set aside for good.
            if let before { stories[account].received[before.grantee(account).number] = nil }
        default: break
        }
        happen { $0.storeEnded(reply, now: $1) }
        check(account)
        if case .load = call { checkSettings(account) }
    }
}

extension StoreCall {
    var account: String {
        switch self {
        case .load(let account), .save(_, let account, _), .erase(let account), .setAside(let account): account
        }
    }
}

extension KeptGrant {
    func grantee(_ account: Int) -> Grantee {
        Grantee(
            account: account, client: binding.clientID.hasSuffix("1") ? 1 : 0,
            server: binding.server.hasPrefix("https://as1") ? 1 : 0)
    }
}
