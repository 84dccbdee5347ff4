import FoundationEssentials

/// The lifetimes of the tokens in a reply, under any member name that servers are known to use. The
/// shortest positive one counts; a date counts only if there is none.
struct ReplyLifetimes: Sendable {
    /// The access token's lifetime; nil if the reply doesn't state it.
    let access: Duration?
    let refresh: Duration?
    /// The time after which the server advises a refresh.
    let refreshIn: Duration?

    /// Member names in lower case, without separators.
    private static let accessNames: Set<String> = [
        "expiresin", "expiresinsec", "expiresinsecs", "expiresinseconds", "accesstokenexpiresin", "tokenexpiresin",
        "accesstokenlifetime", "expires", "expiry", "validfor", "expirein", "expiredin", "ttl",
    ]
    private static let accessDates: Set<String> = [
        "expiresat", "expireson", "expiresdate", "expirydate", "expirationtime", "expiration", "accesstokenexpiresat",
        "accesstokenexpirationtime", "accesstokenexpireson", "expires", "expiry", "expiretime", "validuntil",
        "accesstokenexpires",
    ]
    private static let refreshNames: Set<String> = [
        "refreshtokenexpiresin", "xrefreshtokenexpiresin", "refreshexpiresin", "refreshtokenexpiresinsec",
        "refreshtokenexpiresinseconds", "refreshtokenlifetime", "refreshtokenvalidity", "rtexpiresin",
    ]
    private static let refreshDates: Set<String> = [
        "refreshtokenexpiresat", "refreshtokenexpireson", "refreshtokenexpiration", "refreshtokenexpirationtime",
        "refreshexpiresat",
    ]
    /// A number from here on is a date in seconds since 1970: as a lifetime it would be 31 years.
    private static let firstDate = 1e9
    /// A number from here on is a date in milliseconds since 1970.
    private static let firstDateInMilliseconds = 1e11

    /// Whether the member of this name states a lifetime.
    static func isLifetime(_ name: String) -> Bool {
        let name = bare(name)
        return name == "refreshin" || name == "extexpiresin"
            || [accessNames, accessDates, refreshNames, refreshDates].contains { $0.contains(name) }
    }

    init(_ reply: ReplyObject, sent: Date?) {
        let members = reply.members.map { (Self.bare($0.key), $0.value) }
        func smallest(_ names: Set<String>, _ dates: Set<String>) -> Duration? {
            let lengths = members.filter { names.contains($0.0) }.compactMap { Self.length($0.1) }
            if let length = lengths.filter({ $0 > .zero }).min() { return length }
            // Some servers write a date where others write a lifetime. A date in the past means that one of the two clocks
            // is wrong.
            let date = members.filter { dates.contains($0.0) || names.contains($0.0) }.compactMap { Self.date($0.1) }
                .min()
            return date.flatMap { date in sent.flatMap { LenientSeconds.duration(date.timeIntervalSince($0)) } }
                .flatMap { $0 > .zero ? $0 : nil } ?? lengths.min()
        }
        access = smallest(Self.accessNames, Self.accessDates)
        // 0 means that the refresh token doesn't expire.
        refresh = smallest(Self.refreshNames, Self.refreshDates).flatMap { $0 > .zero ? $0 : nil }
        refreshIn = reply.members["refresh_in"].flatMap { Self.length($0) }
    }

    private static func bare(_ name: String) -> String {
        String(name.lowercased().filter { $0 != "_" && $0 != "-" })
    }

    private static func seconds(_ value: ReplyObject.Value) -> Double? {
        switch value {
        case .number(let number): number
        case .text(let text): Double(text.filter { $0 != " " })
        default: nil
        }
    }

    private static func length(_ value: ReplyObject.Value) -> Duration? {
        seconds(value).flatMap { $0 < firstDate ? LenientSeconds.duration($0) : nil }
    }

    private static func date(_ value: ReplyObject.Value) -> Date? {
        guard let seconds = seconds(value) else {
            return value.text.flatMap { try? Date($0, strategy: .iso8601) }
        }
        guard seconds.isFinite, seconds >= firstDate else { return nil }
        return Date(timeIntervalSince1970: seconds < firstDateInMilliseconds ? seconds : seconds / 1000)
    }
}
