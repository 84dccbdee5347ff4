import Grants

/// One action of users, browsers or networks on consents.
enum ConsentCommand: Sendable, CustomStringConvertible {
    /// A caller starts a consent of an account, in a flow that it chooses or in the account's.
    case start(account: Int, Consent.Flow?)
    /// A browser opens the short URL of some consent that had one.
    case browse(Int)
    /// A response of this kind reaches the redirect of a browser, once or more often, sooner or later.
    case respond(Int, Response, times: Int, delay: Duration)
    case paste(Int, Response, isBare: Bool)
    /// The user of a device consents or refuses.
    case answerDevice(Int, allows: Bool)
    case wait(account: Int, Duration)
    case hangUp(Int)
    case cancel(account: Int)
    /// The next request to a server, or the next grant to be stored, fails.
    case fault
    case timeout(Duration)
    case pass(Duration)
    /// The machine sleeps, so that no timer fires.
    case sleep(Duration)
    case stop

    enum Response: Sendable, CaseIterable {
        case code, sameCode, denied, otherError, wrongState, otherIssuer, nothing, unexplained, adminConsent
    }

    var description: String {
        switch self {
        case .start(let account, let flow): "start \(account) \(flow.map(\.rawValue) ?? "-")"
        case .browse(let which): "browse \(which)"
        case .respond(let which, let kind, let times, let delay):
            "respond \(which) \(kind) \(times)x in \(delay.wholeSeconds)s"
        case .paste(let which, let kind, let isBare): "paste \(which) \(kind)\(isBare ? " bare" : "")"
        case .answerDevice(let which, let allows): "device \(which) says \(allows ? "yes" : "no")"
        case .wait(let account, let duration): "wait \(account) \(duration.wholeSeconds)s"
        case .hangUp(let which): "hang up \(which)"
        case .cancel(let account): "cancel \(account)"
        case .fault: "fault"
        case .timeout(let duration): "timeout \(duration.wholeSeconds)s"
        case .pass(let duration): "pass \(duration)"
        case .sleep(let duration): "sleep \(duration.wholeSeconds)s"
        case .stop: "stop"
        }
    }

    static func history(seed: UInt64) -> [ConsentCommand] {
        var random = Jitter(seed: seed)
        let commands = (0..<80).map { _ in draw(&random) }
        return Int.random(in: 0..<3, using: &random) == 0 ? commands + [.stop] + commands.prefix(10) : commands
    }

    private static func draw(_ random: inout Jitter) -> ConsentCommand {
        let which = Int.random(in: 0..<1000, using: &random)
        let account = which % ConsentWorld.accounts
        let kind = Bool.random(using: &random) ? .code : Response.allCases.randomElement(using: &random) ?? .code
        func seconds(_ range: ClosedRange<Int>) -> Duration { .seconds(Int.random(in: range, using: &random)) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<18:
            let flow = Consent.Flow.allCases.randomElement(using: &random)
            return .start(account: account, Int.random(in: 0..<3, using: &random) == 0 ? flow : nil)
        case 18..<28: return .browse(which)
        case 28..<46:
            return .respond(which, kind, times: Int.random(in: 1...3, using: &random), delay: seconds(0...25))
        case 46..<50: return .paste(which, kind, isBare: Bool.random(using: &random))
        case 50..<56: return .answerDevice(which, allows: Int.random(in: 0..<4, using: &random) > 0)
        case 56..<62: return .wait(account: account, seconds(0...700))
        case 62..<64: return .hangUp(which)
        case 64..<68: return .cancel(account: account)
        case 68..<74: return .fault
        case 74..<76: return .timeout(seconds(5...90))
        case 76..<90: return .pass(.milliseconds(Int.random(in: 0...4000, using: &random)))
        case 90..<97: return .pass(seconds(0...100))
        default: return .sleep(seconds(1...700))
        }
    }
}
