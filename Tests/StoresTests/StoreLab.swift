import Failures
import Files
import FoundationEssentials
import Grants
import OAuth
import Scratch
import Stores
import Text

/// A state folder and a key folder of a test's own.
struct StoreLab {
    let state: ScratchFolder
    let keys: ScratchFolder

    init() throws {
        state = try ScratchFolder()
        keys = try ScratchFolder()
    }

    private init(state: ScratchFolder, keys: ScratchFolder) {
        self.state = state
        self.keys = keys
    }

    func open(bootID: String = "this boot", time: StandingTime = StandingTime()) throws -> FileGrantStore {
        let folder = try PrivateFolder(state.path)
        let key = try SealingKey(in: PrivateFolder(keys.path), state: folder)
        return try FileGrantStore(folder: folder, bootID: bootID, time: time) { [key] }
    }

    /// The same grants for another store, while this one's may still live: a store holds its lock until its last
    /// piece of work is gone.
    func copy() throws -> StoreLab {
        StoreLab(state: try state.copy(), keys: keys)
    }
}

struct StandingTime: Timekeeper {
    var moment = Moment.example(2000)
    var isWallClockSure = false

    func now() -> Moment { moment }
    func wake(at instant: Instant?) {}
}

extension Moment {
    /// `seconds` after the boot and after an instant of the year 2027; `wallJump` moves the wall clock alone.
    static func example(_ seconds: Int64, wallJump: Double = 0) -> Moment {
        Moment(
            instant: Instant(nanoseconds: seconds * 1_000_000_000),
            wall: Date(timeIntervalSince1970: 1_800_000_000 + Double(seconds) + wallJump))
    }
}

extension KeptGrant {
    static func example(
        access: String = "the-access-token", refresh: String? = "the-refresh-token", issued: Moment = .example(1000),
        lifetime: Duration = .seconds(3600), refreshIn: Duration? = .seconds(1800), isUsable: Bool = true,
        refreshedAt: Date? = Date(timeIntervalSince1970: 1_800_000_500)
    ) -> KeptGrant {
        KeptGrant(
            grant: Grant(
                accessToken: Secret(access), tokenType: isUsable ? "Bearer" : "DPoP", isUsable: isUsable,
                refreshToken: refresh.map(Secret.init), scope: Scope(["mail", "offline_access"]),
                requestedScope: Scope(["mail", "calendar", "offline_access"]), issued: issued, lifetime: lifetime,
                refreshIn: refreshIn, consentedAt: Date(timeIntervalSince1970: 1_799_000_000)),
            binding: GrantBinding(clientID: "the client", server: "https://as.example/token"),
            refreshedAt: refreshedAt)
    }
}

extension FileGrantStore {
    /// Why the account can't be loaded; nil where it can, or where nothing is there.
    func failure(loading account: String, now: Moment = .example(2000)) async -> Failure? {
        do throws(Failure) {
            _ = try await load(account: account, now: now)
            return nil
        } catch {
            return error
        }
    }
}
