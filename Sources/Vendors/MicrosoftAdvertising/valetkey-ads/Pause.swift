import Console
import MicrosoftAdvertisingService

/// Waits as the service asks for, in sight of the user. Ctrl-C ends the program, and with it the wait.
enum Pause {
    static func wait(_ duration: Duration, _ failure: CallFailure) async throws {
        let screen = Terminal.error
        var left = Int(duration.components.seconds)
        guard screen.isTerminal else {
            screen.line("valetkey: \(failure)\nhint: this goes on by itself in \(left) s")
            return try await Task.sleep(for: duration)
        }
        screen.line("\(failure)")
        while left > 0 {
            screen.replaceLine(
                screen.paint("Waiting as Microsoft Advertising asks, \(Spans.clock(left)) left. Ctrl-C stops.", .dim))
            try await Task.sleep(for: .seconds(1))
            left -= 1
        }
        screen.replaceLine("")
    }
}
