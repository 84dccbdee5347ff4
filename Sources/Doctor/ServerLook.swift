import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth

/// Asks the accounts' servers, all at a time and without any credentials.
struct ServerLook: Sendable {
    let transport: any HTTPTransport
    let directory: ServerDirectory
    let limit: Duration
    let now: @Sendable () -> Date
    /// Makes the path of a file with certificate authorities absolute; nil if the file can't be read.
    let authorities: @Sendable (String) -> String?

    /// An origin, and the file with the certificate authorities that its accounts trust.
    private struct Place: Hashable {
        var origin: String
        var isLoopback: Bool
        var authority: String?
    }

    func servers(of accounts: [AccountSettings]) async -> [ServerFacts] {
        var places: [Place: Set<String>] = [:]
        for settings in accounts {
            for url in settings.askedURLs {
                let place = Place(
                    origin: url.origin, isLoopback: url.isLoopback, authority: settings.traits.certificateAuthority)
                places[place, default: []].insert(settings.name)
            }
        }
        return await withTaskGroup(of: ServerFacts.self) { group in
            for (place, names) in places {
                group.addTask {
                    ServerFacts(origin: place.origin, accounts: names.sorted(), answer: await ask(place))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.origin < $1.origin }
        }
    }

    private func ask(_ place: Place) async -> Result<ServerFacts.Answer, TransportFailure> {
        let call = HTTPCall(
            .get, "\(place.origin)/", timeout: limit, isDirect: place.isLoopback, wantedHeaders: ["Date"],
            authorities: place.authority.flatMap(authorities), takesUnfinished: true)
        let before = now()
        let result = await transport.send(call)
        let after = now()
        return result.map { reply in
            let middle = before.addingTimeInterval(after.timeIntervalSince(before) / 2)
            // The header has whole seconds, rounded down.
            let told = reply.headers["Date"].flatMap(Self.date)?.addingTimeInterval(0.5)
            return ServerFacts.Answer(clockLead: told.map { middle.timeIntervalSince($0) })
        }
    }

    /// An HTTP date in its current form (RFC 9110 section 5.6.7).
    static func date(_ text: String) -> Date? {
        let words = text.split { $0 == " " || $0 == ":" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let numbers = [words[1], words[3], words[4], words[5], words[6]].compactMap { Int($0) }
        guard numbers.count == 5 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(
                year: numbers[1], month: month + 1, day: numbers[0], hour: numbers[2], minute: numbers[3],
                second: numbers[4]))
    }

    /// The issuers of accounts without a preset. A server without metadata is no fault where the account has all
    /// endpoints.
    func issuers(of accounts: [AccountSettings]) async -> [IssuerFacts] {
        let asked = Dictionary(grouping: accounts.filter { $0.issuer != nil && $0.provider == nil }) { $0.issuer ?? "" }
        return await withTaskGroup(of: IssuerFacts?.self) { group in
            for (issuer, members) in asked {
                guard let first = members.first else { continue }
                group.addTask {
                    let names = members.map(\.name).sorted()
                    switch await directory.metadata(of: first) {
                    case .success: return IssuerFacts(issuer: issuer, accounts: names, failure: nil)
                    case .failure(let failure):
                        let isNeeded = failure.code == .otherIssuer || first.endpoints.token == nil
                        return isNeeded ? IssuerFacts(issuer: issuer, accounts: names, failure: failure) : nil
                    }
                }
            }
            return await group.reduce(into: []) { list, facts in
                if let facts { list.append(facts) }
            }.sorted { $0.issuer < $1.issuer }
        }
    }
}

extension AccountSettings {
    /// The URLs that the daemon may send requests to.
    fileprivate var askedURLs: [EndpointURL] {
        let stated = [
            self.endpoints.token, self.endpoints.authorization, self.endpoints.revocation,
            self.endpoints.deviceAuthorization, self.endpoints.pushedAuthorization,
        ].compactMap(\.self)
        return stated + (self.issuer.flatMap { try? EndpointURL($0) }.map { [$0] } ?? [])
    }
}
