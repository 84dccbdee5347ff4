import Glibc

/// The option `--socket` before the command: it is handed on in the environment, as the programs behind `valetkey` need
/// it too.
enum SocketOption {
    /// Returns the words without the option, and sets `VALETKEY_SOCKET`.
    static func moved(from words: [String]) -> [String] {
        guard let (path, rest) = split(words) else { return words }
        _ = unsafe setenv("VALETKEY_SOCKET", path, 1)
        return rest
    }

    /// The option's value and the other words; nil if the option isn't the first one.
    static func split(_ words: [String]) -> (path: String, rest: [String])? {
        guard let first = words.first else { return nil }
        if first == "--socket", words.count > 1 { return (words[1], Array(words.dropFirst(2))) }
        let start = "--socket="
        guard first.hasPrefix(start), first.count > start.count else { return nil }
        return (String(first.dropFirst(start.count)), Array(words.dropFirst()))
    }
}
