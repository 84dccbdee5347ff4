import ArgumentParser
import Text

/// A duration on the command line: a number with s, m, h or d, several of these, or a bare number of seconds.
package struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    package var seconds: Int

    package init(seconds: Int) {
        self.seconds = seconds
    }

    package init?(argument: String) {
        if let seconds = Int(argument), (0...1_000_000_000).contains(seconds) {
            self.seconds = seconds
        } else if let duration = DurationText.parse(argument) {
            seconds = Int(duration.components.seconds)
        } else {
            return nil
        }
    }

    package var description: String { "\(seconds)s" }
}
