/// The host names that always mean this machine.
package enum LoopbackHost {
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        let host = bare(host)
        return host == "localhost" || host == "::1" || isIPv4Loopback(host)
    }

    /// The host in lower case, without the brackets of an IPv6 literal.
    package static func bare(_ host: some StringProtocol) -> String {
        let host = host.lowercased()
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func isIPv4Loopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
