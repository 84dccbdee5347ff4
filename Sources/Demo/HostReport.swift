import APIContract

/// What a host's daemon has reported of the demonstration's account.
struct HostReport: Sendable, Equatable {
    enum News: Sendable, Equatable {
        /// A consent or a refresh of this host has brought a token.
        case obtained
        /// The host has taken over the newer token of another one.
        case adopted
        case failed(String, hint: String?)
        /// The daemon says nothing any more.
        case ended
    }

    /// The host's number.
    var host: Int
    var news: News
    /// When it was received.
    var at: ContinuousClock.Instant
}

extension HostReport.News {
    /// nil for an event that isn't shown.
    init?(_ event: EventReport) {
        switch event.event {
        case "consented", "refreshed": self = .obtained
        case "adopted": self = .adopted
        default:
            guard let detail = event.fields?["detail"] else { return nil }
            self = .failed(detail, hint: event.fields?["hint"])
        }
    }
}
