/// How one newer token gets to all hosts: one of them obtains it, and the others adopt it.
struct Round: Sendable {
    /// The numbers of the hosts that take part.
    let hosts: Set<Int>
    /// The host that has obtained the token.
    private(set) var author: Int?
    private var obtained = ContinuousClock.now
    private var adopted: [Int: ContinuousClock.Instant] = [:]

    /// Reports of different hosts may be received in another order than they were sent in. What was received earlier
    /// than this belongs to another token.
    private static let disorder = Duration.seconds(1)

    init(of hosts: Set<Int>) {
        self.hosts = hosts
    }

    mutating func take(_ report: HostReport) {
        guard hosts.contains(report.host) else { return }
        switch report.news {
        case .obtained:
            (author, obtained) = (report.host, report.at)
            adopted = adopted.filter { $0 != report.host && $1 > report.at - Self.disorder }
        case .adopted: adopted[report.host] = report.at
        case .failed, .ended: break
        }
    }

    /// Whether all hosts have the token.
    var isWhole: Bool { author != nil && adopted.count == hosts.count - 1 }

    /// Which hosts have adopted the token, after how many milliseconds.
    var adoptions: String {
        let parts = adopted.sorted { $0.key < $1.key }.enumerated().map { index, adoption in
            let verb = index == 0 ? " adopted it" : ""
            return "host \(adoption.key)\(verb) after \((adoption.value - obtained).milliseconds) ms"
        }
        return parts.joined(separator: ", ")
    }

    /// The hosts that don't have the token yet, for a person.
    var missing: String {
        let missing = hosts.subtracting(adopted.keys).subtracting([author].compactMap(\.self)).sorted()
        return missing.map { "host \($0)" }.joined(separator: ", ")
    }
}

extension Duration {
    /// Rounded up, and at least 1.
    var milliseconds: Int64 {
        max(1, Int64((self / .milliseconds(1)).rounded(.up)))
    }
}
