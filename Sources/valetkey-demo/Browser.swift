import Subprocess
import SystemPackage

/// How the user's browser is reached.
enum Browser: Sendable, Equatable {
    /// The program and its arguments; one with `%s` takes the URL there.
    case command([String])
    case none

    /// The first entry of the colon-separated list.
    init?(named list: String) {
        let words = list.prefix { $0 != ":" }.split(separator: " ").map(String.init)
        guard !words.isEmpty else { return nil }
        self = .command(words)
    }

    func arguments(for url: String) -> [String]? {
        guard case .command(let words) = self else { return nil }
        let filled = words.map { word in
            word.firstRange(of: "%s").map { word[..<$0.lowerBound] + url + word[$0.upperBound...] } ?? word
        }
        return filled == words ? words + [url] : filled
    }

    /// Opens the URL; false where that can't be tried.
    ///
    /// `setsid --fork` returns at once and lets go of the browser, so that it outlives the demonstration.
    func open(_ url: String) async -> Bool {
        guard let arguments = arguments(for: url) else { return false }
        let result = try? await Subprocess.run(
            .name("setsid"), arguments: Arguments(["--fork"] + arguments), output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess == true
    }
}
