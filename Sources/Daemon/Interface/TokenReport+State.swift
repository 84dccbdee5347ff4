import APIContract
import Accounts
import FoundationEssentials
import Grants
import OAuth

extension TokenReport {
    init(_ state: FurtherTokenState, now: Moment) {
        let isValid = state.isPublished && state.expires.map { $0 > now.instant } != false
        let word: State =
            if isValid { .active } else if state.isRefused { .refused } else if state.failure != nil {
                .unavailable
            } else {
                .none
            }
        var name: String?
        if case .named(let configured) = state.token { name = configured }
        self.init(
            token: name, state: word, scope: (state.scope ?? state.target.scope).tokens,
            resource: state.target.resource.isEmpty ? nil : state.target.resource, audience: state.target.audience,
            expiresAt: state.expires.map { now.wall + ($0 - now.instant).timeInterval },
            expiresIn: state.expires.map { ($0 - now.instant).wholeSeconds },
            nextRefreshAt: state.due.map { now.wall + max(.zero, $0 - now.instant).timeInterval },
            nextRefreshIn: state.due.map { max(0, ($0 - now.instant).wholeSeconds) },
            lastError: state.failure.map(FailureReport.init))
    }
}
