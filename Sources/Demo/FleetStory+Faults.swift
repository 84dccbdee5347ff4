import APIContract
import Console
import FoundationEssentials

/// The loss of a host, and its return.
extension FleetStory {
    func kill(_ killed: DemoHost, _ news: FleetNews) async throws {
        let others = hosts.filter { $0.number != killed.number }
        screen.heading(6, "\(killed.name.capitalized) has just refreshed and is killed; the others go on")
        killed.daemon.kill()
        try await wait(for: news, within: .seconds(10), or: { "\(killed.name) doesn't end" }) { report in
            report.host == killed.number && report.news == .ended
        }
        screen.line("   \(LocalTime.clock(Date()))  \(killed.name) is gone (SIGKILL)")
        try await show(try await nextRound(news, of: others), of: others)
    }

    /// Returns the newest token.
    func bringBack(_ killed: DemoHost, _ news: FleetNews) async throws -> TokenAnswer {
        screen.heading(7, "\(killed.name.capitalized) comes back and agrees")
        let start = ContinuousClock.now
        try await killed.start()
        let token = try await commonToken(of: hosts)
        let time = (ContinuousClock.now - start).milliseconds
        try await news.follow(killed)
        screen.line(
            "   \(LocalTime.clock(Date()))  \(killed.name) serves \(stage.shortened(token)) too, "
                + "\(time) ms after its start")
        return try await show(try await nextRound(news, of: hosts), of: hosts)
    }
}
