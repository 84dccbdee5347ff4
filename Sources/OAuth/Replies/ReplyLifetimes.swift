import FoundationEssentials

/// The lifetimes of the tokens in a reply, under any member name that servers are known to use. The
/// shortest positive one counts; a date counts only if there is none.
struct ReplyLifetimes: Sendable {
    /// The access token's lifetime; nil if the reply doesn't state it.
    let access: Duration?
    let refresh: Duration?
    /// The time after which the server advises a refresh.
    let refreshIn: Duration?

    /// Member names in lower case, without separators and units.
    private static let accessNames: Set<String> = [
        "expiresin", "expiresafter", "accesstokenexpiresin", "tokenexpiresin", "accesstokenlifetime", "expires",
        "expiry",
        "validfor", "expirein", "expiredin", "ttl", "lifetime", "tokenlifetime", "accesstokenttl", "validity",
    ]
    private static let accessDates: Set<String> = [
        "expiresat", "expireson", "expiresdate", "expirydate", "expirationtime", "expiration", "accesstokenexpiresat",
        "accesstokenexpirationtime", "accesstokenexpireson", "expires", "expiry", "expiretime", "validuntil",
        "accesstokenexpires",
    ]
    private static let refreshNames: Set<String> = [
        "refreshtokenexpiresin", "xrefreshtokenexpiresin", "refreshexpiresin", "refreshtokenlifetime",
        "refreshtokenvalidity", "rtexpiresin", "refreshtokenttl", "refreshttl",
    ]
    private static let refreshDates: Set<String> = [
        "refreshtokenexpiresat", "refreshtokenexpireson", "refreshtokenexpiration", "refreshtokenexpirationtime",
        "refreshexpiresat",
    ]
    /// Whether the member of this name states a lifetime.
    static func isLifetime(_ name: String) -> Bool {
        let name = UnitName(name).name
        return name == "refreshin" || name == "extexpiresin"
            || [accessNames, accessDates, refreshNames, refreshDates].contains { $0.contains(name) }
    }

    init(_ reply: ReplyObject, sent: Date?) {
        let times = reply.members.compactMap { name, value -> (String, StatedTime)? in
            let named = UnitName(name)
            return StatedTime(value, unit: named.unit).map { (named.name, $0) }
        }
        func smallest(_ names: Set<String>, _ dates: Set<String>) -> Duration? {
            let lengths = times.compactMap { name, time in
                if case .length = time, names.contains(name) { time.length(from: nil) } else { nil }
            }
            if let length = lengths.filter({ $0 > .zero }).min() { return length }
            // Some servers write a date where others write a lifetime. A date in the past means that one of the two clocks
            // is wrong.
            let ends = times.compactMap { name, time in
                if case .date(let date) = time, dates.contains(name) || names.contains(name) { date } else { nil }
            }
            return ends.min().flatMap { StatedTime.date($0).length(from: sent) } ?? lengths.min()
        }
        access = smallest(Self.accessNames, Self.accessDates)
        // 0 means that the refresh token doesn't expire.
        refresh = smallest(Self.refreshNames, Self.refreshDates).flatMap { $0 > .zero ? $0 : nil }
        refreshIn = reply.members["refresh_in"].flatMap { StatedTime($0) }.flatMap { time in
            if case .length = time { time.length(from: nil) } else { nil }
        }
    }
}
