import APIContract
import FoundationEssentials
import Testing

@testable import Command

/// What `valetkey status` says of a grant that several hosts share.
struct ShareWordsTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func notes(_ share: ShareReport?) -> [String] {
        var report = AccountReport(account: "ads", clientID: "c", state: .active, scope: [])
        report.refreshedAt = Self.now - 240
        report.share = share
        return ShareWords.notes(report, now: Self.now)
    }

    private func share(_ change: (inout ShareReport) -> Void = { _ in }) -> ShareReport {
        var share = ShareReport(host: "build-7", era: 1, generation: 2)
        change(&share)
        return share
    }

    private func claim(own: Bool = false, inDoubt: Bool = false, takenOver: Date? = nil) -> ShareReport.Claim {
        ShareReport.Claim(
            host: "build-8", since: Self.now - 90, own: own, inDoubt: inDoubt, takenOverAt: takenOver)
    }

    @Test func `it says which host refreshed last`() {
        #expect(notes(share()) == ["shared, refreshed by build-7 4m 0s ago"])
        #expect(notes(nil).isEmpty)
    }

    @Test func `it says which host is refreshing, unless that is this one`() {
        #expect(notes(share { $0.claim = claim() }).last == "waiting: build-8 has been refreshing for 1m 30s")
        #expect(notes(share { $0.claim = claim(own: true) }).count == 1)
    }

    @Test func `a refresh in doubt has its end, and the command that ends it now`() {
        #expect(
            notes(share { $0.claim = claim(inDoubt: true, takenOver: Self.now + 600) }).last
                == "in doubt: build-8 began a refresh 1m 30s ago, taken over in 10m 0s (or: valetkey store take ads)")
        #expect(
            notes(share { $0.claim = claim(inDoubt: true) }).last
                == "in doubt: build-8 began a refresh 1m 30s ago (or: valetkey store take ads)")
    }

    @Test func `it says that the store doesn't answer, and why`() {
        let problem = FailureReport(code: "store_unreachable", detail: "no reply", hint: "wait")
        #expect(
            notes(share { ($0.unreachableSince, $0.problem, $0.unpublished) = (Self.now - 60, problem, true) })
                .dropFirst() == [
                    "the newest grant isn't in the shared store yet",
                    "the shared store hasn't answered for 1m 0s: no reply",
                ])
        #expect(notes(share { $0.problem = problem }).dropFirst() == ["no reply", "hint: wait"])
    }

    @Test func `a logout that other hosts don't know of yet says so, and why`() {
        var report = AccountReport(account: "ads", clientID: "c", state: .noGrant, scope: [])
        #expect(ShareWords.logoutNote(report) == nil)
        let problem = FailureReport(code: "store_unreachable", detail: "no reply")
        report.share = share { ($0.unpublished, $0.problem) = (true, problem) }
        #expect(
            ShareWords.logoutNote(report)
                == "The other hosts learn of it once the shared store can be used again: no reply")
        // It is on its way.
        report.share = share { $0.unpublished = true }
        #expect(ShareWords.logoutNote(report) == nil)
        report.share = share { $0.problem = problem }
        #expect(ShareWords.logoutNote(report) == nil)
    }
}
