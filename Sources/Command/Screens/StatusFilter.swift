import APIContract
import ArgumentParser
import Console

/// The property by which accounts are grouped.
enum StatusGrouping: String, ExpressibleByArgument, CaseIterable {
    case provider, state, user

    func name(of report: AccountReport) -> String? {
        switch self {
        case .provider: report.provider ?? report.issuer
        case .state: AccountHealth.word(report.state)
        case .user: report.user
        }
    }
}

/// The options that select which accounts are shown.
struct StatusFilter: ParsableArguments {
    @Option(name: .long, help: "Only accounts in this state, such as active or consent_required; may be repeated.")
    var state: [AccountState] = []

    @Option(name: .long, help: "Only accounts of this provider.", completion: .presets)
    var provider: String?

    @Option(name: .long, help: "Only accounts that this user has consented for.")
    var user: String?

    @Flag(name: .customLong("needs-login"), help: "Only accounts that need a login.")
    var needsLogin = false

    var isSet: Bool { !state.isEmpty || provider != nil || user != nil || needsLogin }

    func keeps(_ report: AccountReport) -> Bool {
        (state.isEmpty || state.contains(report.state))
            && (provider.map { $0 == report.provider } ?? true)
            && (user.map { $0.lowercased() == report.user?.lowercased() } ?? true)
            && (!needsLogin || report.state.needsLogin)
    }
}

extension AccountState: ExpressibleByArgument {
    /// Whether the user must consent before the account has a token again.
    var needsLogin: Bool {
        switch self {
        case .noGrant, .consentPending, .consentRequired: true
        case .active, .refreshing, .retrying, .unavailable, .configurationError, .locked: false
        }
    }
}
