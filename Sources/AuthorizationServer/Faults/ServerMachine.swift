import FoundationEssentials
import Text

/// What the shell does with a request.
enum ServerAction: Sendable {
    case answer(WebReply)
    case hangUp
    /// Answers once released, or hangs up then where there is no reply.
    case hold(WebReply?)
}

/// The protocol's rules with the faults around them and a journal of the requests.
struct ServerMachine: Sendable {
    var router: Router
    var faults = FaultQueue()
    var activity = Activity()

    init(settings: ServerSettings, issuer: String) {
        router = Router(state: AuthorizationState(settings: settings, issuer: issuer))
    }

    mutating func handle(_ raw: WebRequest, now: Date) -> ServerAction {
        let request: WebRequest
        do throws(ServerRefusal) {
            request = try router.state.settings.quirks.understood(raw)
        } catch {
            let reply = Router.refusal(error)
            if let endpoint = Endpoint(rawValue: raw.path) {
                var entry = JournalEntry(raw, endpoint: endpoint, fault: nil, now: now)
                (entry.status, entry.error) = (reply.status, reply.error)
                activity.entries.append(entry)
            }
            return .answer(reply)
        }
        guard request.method == .post, let endpoint = Endpoint(rawValue: request.path) else {
            return .answer(router.answer(request, now: now))
        }
        let fault = faults.take(at: endpoint, grantType: request.form?["grant_type"])
        var entry = JournalEntry(request, endpoint: endpoint, fault: fault, now: now)
        let action = perform(request, fault: fault, now: now)
        switch action {
        case .answer(let reply), .hold(let reply?): (entry.status, entry.error) = (reply.status, reply.error)
        case .hangUp, .hold(nil): break
        }
        if case .hold = action { activity.held += 1 }
        activity.entries.append(entry)
        return action
    }

    private mutating func perform(_ request: WebRequest, fault: Fault?, now: Date) -> ServerAction {
        switch fault {
        case nil: return .answer(router.answer(request, now: now))
        case .bent(let shape): return .answer(router.answer(request, now: now, shape: shape))
        case .hangUp: return .hangUp
        case .stall: return .hold(nil)
        case .delay: return .hold(router.answer(request, now: now))
        case .replyLost:
            _ = router.answer(request, now: now)
            return .hangUp
        case .status(let status, let retryAfter):
            var reply = WebReply.text("out of order", status: status)
            if let retryAfter { reply.headers.append(("Retry-After", String(retryAfter))) }
            return .answer(reply)
        case .html:
            return .answer(
                WebReply(
                    status: 200, headers: [("Content-Type", "text/html; charset=utf-8")],
                    body: "<!doctype html><title>Welcome</title><p>Please accept the terms of this network."))
        case .cutShort(afterIssuing: false): return .answer(.json("{\"access_token\":\"half of a tok"))
        case .cutShort(afterIssuing: true):
            var reply = router.answer(request, now: now)
            reply.body = String(reply.body.prefix(reply.body.count / 2))
            return .answer(reply)
        case .reply(let status, let body): return .answer(.json(Self.filled(body, request), status: status))
        case .members(let changes): return .answer(Self.changed(router.answer(request, now: now), changes))
        case .dressed(let dress): return .answer(dress.applied(to: router.answer(request, now: now)))
        case .scopeRefused(let body):
            guard request.form?["scope"] == nil else { return .answer(.json(Self.filled(body, request), status: 400)) }
            return .answer(router.answer(request, now: now))
        case .error(let code):
            var reply = WebReply.json(
                ReplyJSON.encode(["error": code, "error_description": "a fault on demand"]), status: 400)
            reply.error = code
            return .answer(reply)
        }
    }

    /// Replaces the names of parameters in the body by the request's values.
    private static func filled(_ body: String, _ request: WebRequest) -> String {
        (request.form?.covered ?? [:]).reduce(body) { $0.replacing("{\($1.key)}", with: $1.value.expose()) }
    }

    private static func changed(_ reply: WebReply, _ changes: [String: String?]) -> WebReply {
        guard reply.status == 200, reply.body.hasPrefix("{") else { return reply }
        var reply = reply
        for (name, value) in changes {
            // Splitting at commas is correct because issued values contain neither commas nor braces.
            let rest = reply.body.dropFirst().dropLast().split(separator: ",").filter { !$0.hasPrefix("\"\(name)\":") }
            let members = rest.map(String.init) + (value.map { ["\"\(name)\":\($0)"] } ?? [])
            reply.body = "{\(members.joined(separator: ","))}"
        }
        return reply
    }
}
