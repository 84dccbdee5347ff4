import FoundationEssentials
import Grants
import OAuth

extension GrantFailure {
    /// A token that the Microsoft Advertising API refuses, told before it does: its scope lacks `msads.manage`.
    static func refusedScope(_ grant: Grant, of settings: AccountSettings) -> GrantFailure? {
        guard let wanted = settings.advertisingPreset?.advertisingScope, !grant.scope.contains(wanted) else {
            return nil
        }
        let isAsked = settings.scope.contains(wanted)
        let change =
            isAsked ? "" : "put \(wanted) into scopes of [accounts.\(settings.name)], run valetkey reload, then "
        return GrantFailure(
            code: "refused_scope",
            detail: "the Microsoft Advertising API refuses this token: its scope is \(grant.scope), not \(wanted)",
            hint: "\(change)consent again: valetkey login \(settings.name)", at: grant.issued.wall)
    }
}
