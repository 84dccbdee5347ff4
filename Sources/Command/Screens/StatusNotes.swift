import APIContract
import Console
import Failures
import FoundationEssentials
import Text

/// What `valetkey status` says of an account below its line.
struct StatusNotes {
    let report: AccountReport
    let now: Date
    /// Between the facts of one note.
    let dot: String

    var notes: [Columns.Note] {
        var notes: [Columns.Note] = []
        let about = facts.joined(separator: " \(dot) ")
        if !about.isEmpty { notes.append(Columns.Note(about)) }
        if report.unsaved {
            notes.append(Columns.Note("the login isn't saved: it is lost if valetkeyd stops", .red))
        }
        if let error = report.lastError { notes += Self.lines(error) }
        if AccountHealth.lapses(report), report.lastError == nil {
            notes.append("the server gave no refresh token: the login ends when this token expires")
            let remedy = FailureCode.noRefreshToken.remedy(account: report.account) ?? ""
            notes.append(Columns.Note("hint: \(remedy)"))
        }
        if let seconds = report.nextRefreshIn, [.retrying, .unavailable].contains(report.state) {
            notes.append(
                Columns.Note("valetkey tries again \(seconds == 0 ? "now" : "in \(DurationText.short(seconds))")"))
        }
        notes +=
            (ShareWords.notes(report, now: now) + ConsentAge.notes(report, now: now) + SecretAge.notes(report, now: now))
            .map { Columns.Note($0.plain) }
        if let missing = report.missingScope {
            notes.append(Columns.Note("not granted: \(missing.joined(separator: " ").plain)"))
        }
        if let others = report.sameUserAs {
            notes.append(Columns.Note("the same user consented for \(others.inWords(limit: 3))"))
        }
        if report.state == .noGrant, report.lastError == nil {
            notes.append(Columns.Note("hint: run: valetkey login \(report.account)"))
        }
        for file in report.tokenFiles ?? [] { notes += file.lastError.map(Self.lines) ?? [] }
        if let url = report.consent?.openURL {
            notes.append(Columns.Note("a login is under way: open \(url.plain)"))
        }
        return notes
    }

    /// Which account this is.
    private var facts: [String] {
        let consented = report.consentedAt.map {
            "consented \(DurationText.short(max(0, Int(now.timeIntervalSince($0))))) ago"
        }
        return [report.provider ?? report.issuer, report.user, report.label, consented].compactMap { $0?.plain }
    }

    /// What went wrong, and each hint on a line of its own.
    static func lines(_ failure: FailureReport) -> [Columns.Note] {
        let hints = failure.hint.map { $0.split(separator: "\n").map { "hint: \($0.plain)" } } ?? []
        return ([failure.detail.plain] + hints).map { Columns.Note($0) }
    }
}
