import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Text

/// Waits for the end of a consent, with a line on a terminal that shows the time left. The daemon is asked once, and
/// again only where its answer isn't the end.
struct ConsentWait {
    let client: SocketClient
    private let screen = Terminal.error

    /// The longest wait, in seconds, that the daemon allows.
    private static let longest = 3600

    init(client: SocketClient) {
        self.client = client
    }

    /// Ctrl-C cancels the consent; where it is too late for that, a second one ends the command.
    func untilOver(_ consent: ConsentReport) throws -> ConsentReport {
        let interruption = Interruption.watch()
        var latest = consent
        var isStopping = false
        while !latest.state.isOver {
            do throws(ClientFailure) {
                latest = try wait(latest, interruption)
            } catch .interrupted where isStopping {
                clear()
                throw CommandFailure(.interrupted).tell()
            } catch .interrupted {
                interruption.acknowledge()
                try cancel(latest)
                isStopping = true
            } catch {
                clear()
                throw error
            }
        }
        clear()
        return latest
    }

    private func wait(_ consent: ConsentReport, _ interruption: Interruption) throws(ClientFailure) -> ConsentReport {
        let began = ContinuousClock.now
        func show() {
            let elapsed = Int((ContinuousClock.now - began).components.seconds)
            let left = "\(DurationText.clock(max(0, consent.expiresIn - elapsed))) left"
            let stage = consent.state == .redeeming ? "fetching the token" : left
            screen.replaceLine(screen.paint("Waiting for your consent, \(stage). Ctrl-C stops.", .dim))
        }
        if screen.isTerminal { show() }
        return try client.consent(
            consent.account, wait: min(consent.expiresIn + 1, Self.longest),
            meanwhile: Meanwhile(interrupt: interruption.descriptor, tick: screen.isTerminal ? show : nil))
    }

    /// Returns where the user has already consented: then the consent can't be cancelled any more.
    private func cancel(_ consent: ConsentReport) throws {
        clear()
        if (try? client.cancelConsent(consent.account)) != nil {
            screen.line("Stopped: the consent is cancelled.")
            throw ExitCode(Exit.interrupted.rawValue)
        }
        screen.line("Too late to cancel: you have consented, and the token is being fetched.")
    }

    private func clear() {
        if screen.isTerminal { screen.replaceLine("") }
    }
}
