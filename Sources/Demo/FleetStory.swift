import APIContract
import AuthorizationServer
import Console
import FoundationEssentials
import Text

/// The story of several hosts that share one grant through an etcd: consent, refreshes, and the loss of a host.
struct FleetStory: Story {
    let stage: Stage
    let etcd: EtcdProcess
    let hosts: [DemoHost]

    var screen: Screen { stage.screen }

    func tell() async throws {
        let news = FleetNews()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await news.countSeconds() }
            group.addTask { try await tell(with: news) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func tell(with news: FleetNews) async throws {
        stage.introduce()
        try await start(news)
        try await consent(news)
        let killed = try await showRefresh(news)
        try await kill(killed, news)
        try await sumUp(try await bringBack(killed, news))
    }

    private func start(_ news: FleetNews) async throws {
        guard let endpoint = try await etcd.waitUntilReady(stage.transport, within: .seconds(20)) else {
            throw DemoFailure.etcdNotReady(log: etcd.log)
        }
        var random = SystemRandomNumberGenerator()
        let key = RandomText.make(octets: 32, using: &random)
        for host in hosts {
            try host.home.write(key.expose(), as: DemoAccount.fleetKey)
            try host.home.write(configuration: DemoAccount.configuration(stage.server, store: endpoint))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try await host.start() } }
            try await group.waitForAll()
        }
        for host in hosts { try await news.follow(host) }
        screen.heading(2, "An etcd and \(hosts.count) hosts are ready")
        screen.line("   etcd    \(screen.styled(endpoint, .cyan)), which gets only sealed records")
        for host in hosts { screen.line("   \(host.name)  \(host.home.socket)") }
    }

    private func consent(_ news: FleetNews) async throws {
        let first = hosts[0]
        try await stage.consent("You consent, once, on \(first.name)", with: first.client)
        screen.heading(4, "All hosts serve the same token")
        let round = try await nextRound(news, of: hosts)
        let token = try await commonToken(of: hosts)
        tell(round, "got \(stage.shortened(token))")
        screen.line("   With it, \(stage.server.resource) answers: \(try await stage.open(with: token))")
        screen.line("", "   Any program on any of the hosts reads it with one request:")
        stage.showRequest(to: hosts[hosts.count - 1])
    }

    /// Returns the host that has refreshed.
    private func showRefresh(_ news: FleetNews) async throws -> DemoHost {
        screen.heading(5, "One host refreshes, the others adopt its token")
        let round = try await nextRound(news, of: hosts)
        try await show(round, of: hosts)
        return hosts.first { $0.number == round.author } ?? hosts[0]
    }

    /// Shows that a refreshed token has got to all of these hosts, and that they all serve it. Returns it.
    @discardableResult
    func show(_ round: Round, of hosts: [DemoHost]) async throws -> TokenAnswer {
        let token = try await commonToken(of: hosts)
        let answer = try await stage.open(with: token)
        tell(round, "refreshed: \(screen.styled(stage.shortened(token), .bold)); \(answer)")
        return token
    }

    private func tell(_ round: Round, _ words: String) {
        let author = round.author.map { "host \($0)" } ?? ""
        screen.line("   \(LocalTime.clock(Date()))  \(author) \(words)")
        screen.paragraph(round.adoptions, indent: 13)
    }

    private func sumUp(_ newest: TokenAnswer) async throws {
        var agreeing = 0
        for host in hosts where try await host.client.token().accessToken == newest.accessToken { agreeing += 1 }
        let requests = stage.server.activity.refreshes
        let summary = FleetSummary(
            refreshes: requests.count { $0.status == 200 }, requests: requests.count, agreeing: agreeing,
            hosts: hosts.count)
        screen.heading(8, "What came of it")
        for line in summary.lines { screen.line("   \(screen.styled(line, summary.isClean ? .green : .yellow))") }
    }
}
