import Console
import MicrosoftAdvertisingService
import Text

/// Waits as long as the service requires and shows the remaining time. Ctrl-C ends the program.
enum Pause {
    static func wait(_ duration: Duration, _ failure: CallFailure) async throws {
        let screen = Terminal.error
        var left = Int(duration.components.seconds)
        guard screen.isTerminal else {
            screen.line("valetkey: \(failure)\nhint: it is tried again in \(left) s")
            return try await Task.sleep(for: duration)
        }
        screen.line("\(failure)")
        while left > 0 {
            screen.replaceLine(
                "Waiting as Microsoft Advertising asks, \(DurationText.clock(left)) left. Ctrl-C stops.", .dim)
            try await Task.sleep(for: .seconds(1))
            left -= 1
        }
        screen.replaceLine("")
    }
}
