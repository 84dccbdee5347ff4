import APIContract
import Console

/// Waiting for the hosts.
extension FleetStory {
    /// How long a host may take to serve what the others serve.
    private static let agreement = Duration.seconds(10)

    /// Waits until one of these hosts has obtained a newer token and the others have adopted it.
    func nextRound(_ news: FleetNews, of hosts: [DemoHost]) async throws -> Round {
        var round = Round(of: Set(hosts.map(\.number)))
        let limit = stage.tokenLife * 2 + .seconds(15)
        try await wait(for: news, within: limit, or: { "no newer token at \(round.missing)" }) { report in
            round.take(report)
            return round.isWhole
        } idle: {
            guard screen.isTerminal, let due = try await hosts.first?.client.account().nextRefreshIn else { return }
            screen.status("   next refresh in \(due) s")
        }
        return round
    }

    /// Takes reports until one is the last, and shows failures among them. `idle` is called each second.
    ///
    /// - Throws: a failure of the demonstration after `limit`, which says `lack`.
    func wait(
        for news: FleetNews, within limit: Duration, or lack: () -> String, until isLast: (HostReport) -> Bool,
        idle: () async throws -> Void = {}
    ) async throws {
        let end = ContinuousClock.now + limit
        for await item in news.items {
            switch item {
            case .second:
                try screen.checkOpen()
                guard ContinuousClock.now < end else { throw DemoFailure.fleet(lack()) }
                try await idle()
            case .report(let report):
                if case .failed(let detail, let hint) = report.news {
                    stage.show(detail, hint: hint, at: "host \(report.host): ")
                }
                if isLast(report) { return }
            }
        }
        throw CancellationError()
    }

    /// The token that all of these hosts serve. Waits for a host that serves an older one.
    func commonToken(of hosts: [DemoHost]) async throws -> TokenAnswer {
        let end = ContinuousClock.now + Self.agreement
        while true {
            var tokens: [TokenAnswer] = []
            for host in hosts { tokens.append(try await host.client.token()) }
            if let token = tokens.first, Set(tokens.map(\.accessToken)).count == 1 { return token }
            guard ContinuousClock.now < end else { throw DemoFailure.fleet("the hosts serve different tokens") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
