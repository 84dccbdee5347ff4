import FoundationEssentials

/// When a server that is asked too often wants to be asked again, as headers and members of its reply state it.
struct StatedWait {
    let duration: Duration?

    /// Member names without separators and units.
    private static let names: Set<String> = [
        "retryafter", "retryin", "retrydelay", "wait", "waittime", "waitfor", "backoff", "resetafter", "resetin",
        "resetat",
        "reset", "ratelimitreset", "nextretry", "cooldown",
    ]

    init(_ headers: ReplyHeaders, _ reply: ReplyObject?, now: Date?) {
        let stated = headers.waits.compactMap { header in
            let unit = header.name == "Retry-After-Ms" ? 0.001 : 1
            guard header.name == "RateLimit" else { return StatedTime(header.value, unit: unit) }
            // Both forms of the draft: `limit=9, reset=30` and `"default";r=0;t=30`.
            let seconds =
                ReplyHeaders.parameter("reset", of: header.value) ?? ReplyHeaders.parameter("t", of: header.value)
            return seconds.flatMap { StatedTime($0) }
        }
        let members = reply.map { Self.members(.object($0.members)) } ?? []
        duration = (stated + members).compactMap { $0.length(from: now) }.max()
    }

    private static func members(_ value: ReplyObject.Value, depth: Int = 4) -> [StatedTime] {
        guard depth > 0 else { return [] }
        switch value {
        case .list(let values): return values.flatMap { members($0, depth: depth - 1) }
        case .object(let inner):
            return inner.flatMap { name, value -> [StatedTime] in
                let named = UnitName(name)
                let own = names.contains(named.name) ? StatedTime(value, unit: named.unit) : nil
                return [own].compactMap(\.self) + members(value, depth: depth - 1)
            }
        default: return []
        }
    }
}
