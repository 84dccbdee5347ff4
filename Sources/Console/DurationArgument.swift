import ArgumentParser
import Durations

/// A duration on the command line.
package struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    package var seconds: Int

    package init(seconds: Int) {
        self.seconds = seconds
    }

    package init?(argument: String) {
        guard let seconds = DurationText.seconds(argument: argument) else { return nil }
        self.seconds = seconds
    }

    package var description: String { "\(seconds)s" }
}
