import APIContract
import Accounts
import Configuration
import Failures
import Files
import FoundationEssentials
import Grants
import Text

/// One configured file, and what is in it.
struct TokenFileEntry: Sendable {
    let settings: TokenFile
    let path: String
    /// nil where the place can't be used at all.
    private var file: FreshFile?
    private var failure: Failure?
    /// The token in the file.
    private var shown: ServedToken?

    /// The files of all accounts. Of two that turn out to be one file, the second is a failure.
    static func all(of accounts: [String: AccountSettings], places: TokenFilePlaces) -> [TokenKey: TokenFileEntry] {
        var entries: [TokenKey: TokenFileEntry] = [:]
        var owners: [String: TokenKey] = [:]
        for (name, settings) in accounts.sorted(by: { $0.key < $1.key }) {
            var files = settings.furtherTokenFiles.map { (TokenKey(account: name, token: .named($0)), $1) }
            if let own = settings.tokenFile { files.append((TokenKey(account: name), own)) }
            for (key, file) in files.sorted(by: { $0.0.shown < $1.0.shown }) {
                var entry = TokenFileEntry(file, places)
                if let owner = owners.updateValue(key, forKey: entry.path) {
                    entry.file = nil
                    entry.problem = "\(entry.path) is the file of \(owner.shown) too"
                }
                entries[key] = entry
            }
        }
        return entries
    }

    /// Why the file can't be used at all.
    private var problem: String?

    private init(_ settings: TokenFile, _ places: TokenFilePlaces) {
        self.settings = settings
        path = places.specifiers.expand(settings.path) ?? settings.path
        file = FreshFile(settings, places.specifiers)
        if file == nil { problem = "the folder that \(settings.path) begins with isn't known" }
    }

    var isPlaced: Bool { file?.isPlaced == true }

    /// When the token in the file ends to be served; nil where there is none, or its end isn't known.
    var ends: Instant? { shown.flatMap { token in token.expires.map { $0 - token.margin } } }

    /// Goes on with the same file of the same token.
    mutating func `continue`(_ before: TokenFileEntry) {
        take(before)
        failure = before.failure
        if settings == before.settings { shown = before.shown }
    }

    /// Goes on with a file that another entry has placed.
    mutating func take(_ before: TokenFileEntry) {
        guard let other = before.file else { return }
        file?.takeOver(other)
    }

    mutating func adoptLeftover() {
        file?.adoptLeftover()
    }

    /// Brings the file to this token, or removes it. Returns what is to be told.
    mutating func follow(_ token: ServedToken?, of key: TokenKey, now: Moment) -> TokenFileEvent? {
        if token != nil, token == shown, failure == nil { return nil }
        do throws(FreshFileFault) {
            if let token { try write(token, of: key, now: now) } else { try file?.remove() }
        } catch {
            if let ends, ends <= now.instant { drop() }
            return fail("\(error)", error.tokenFileHint, now)
        }
        if let problem, token != nil { return fail(problem, "name another token_file", now) }
        defer { (shown, failure) = (token, nil) }
        if token != nil { return failure == nil ? nil : .written(path: path) }
        return shown == nil ? nil : .removed(path: path, hasExpired: ends.map { $0 <= now.instant } ?? false)
    }

    private mutating func write(_ token: ServedToken, of key: TokenKey, now: Moment) throws(FreshFileFault) {
        let text = TokenFileText.make(token, of: key, format: settings.format, now: now)
        try file?.write(Array(text.utf8))
    }

    /// Removes a token that has expired, whatever becomes of the newer one.
    private mutating func drop() {
        do throws(FreshFileFault) {
            try file?.remove()
            shown = nil
        } catch {
            // Told already: the failure to write it is the same folder's.
        }
    }

    private mutating func fail(_ detail: String, _ hint: String, _ now: Moment) -> TokenFileEvent? {
        let failure = Failure(.storage, "the token's file isn't right: \(detail)", hint: hint, at: now.wall)
        let isKnown = self.failure?.detail == failure.detail
        self.failure = failure
        return isKnown ? nil : .failed(path: path, failure)
    }

    func report(of key: TokenKey) -> TokenFileReport {
        var name: String?
        if case .named(let configured) = key.token { name = configured }
        return TokenFileReport(
            token: name, path: path, written: isPlaced && shown != nil, lastError: failure.map(FailureReport.init))
    }
}
