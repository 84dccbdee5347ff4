import FoundationEssentials
import HTTPTransport
import Register
import Text

/// Asks the members of an etcd through their JSON gateways: the one that answered last, then the others in turn.
///
/// The state changes between any two waits, and every method takes what it needs of it before it waits.
actor EtcdGateway {
    enum Path: String {
        case range = "kv/range"
        case write = "kv/txn"
        case watch
        case authenticate = "auth/authenticate"
        case status = "maintenance/status"
    }

    /// A member's reply, as it comes in whole or in lines, with this host's time before and after.
    struct Answer {
        var opening: HTTPOpening
        var sent: Duration
        var received: Duration

        /// nil without a `Date` in its form.
        var time: EngineTime? {
            guard case .reply(let reply) = opening,
                let seconds = reply.headers[EtcdGateway.dateHeader].flatMap(HTTPDate.seconds)
            else { return nil }
            return EngineTime(seconds: seconds, sent: sent, received: received)
        }
    }

    nonisolated let settings: EtcdSettings
    private let transport: any LineTransport
    private let boot: @Sendable () -> Duration
    /// The member that is asked first.
    private(set) var preferred = 0
    /// The gateway's version in paths. Members older than 3.4 have only the second.
    private var version = versions[0]
    private var token: Secret?
    /// Whether roles aren't enabled, so that nobody can log in.
    private var isLoginOff = false

    private static let versions = ["v3", "v3beta"]
    static let dateHeader = "Date"
    /// A reply has at most so many octets. An etcd takes values of up to 1.5 MB.
    static let replyLimit = 16 << 20

    init(_ settings: EtcdSettings, transport: any LineTransport, boot: @escaping @Sendable () -> Duration) {
        self.settings = settings
        self.transport = transport
        self.boot = boot
    }

    /// Asks until a member answers, each at most once.
    ///
    /// - Throws: the last member's failure. A write that any of them may have applied may be applied.
    func call<Reply: Decodable>(
        _ path: Path, _ request: some Encodable, as type: Reply.Type, isWrite: Bool = false
    ) async throws(RegisterFailure) -> (reply: Reply, time: EngineTime) {
        let body = try Self.encode(request)
        var mayBeApplied = false
        var last = RegisterFailure(.unreachable(mayBeApplied: false), "there are no members")
        for member in inTurn {
            do throws(RegisterFailure) {
                let answer = try await ask(member, path, body, isWrite: isWrite)
                guard case .reply(let reply) = answer.opening, let time = answer.time,
                    let decoded = try? JSONDecoder().decode(type, from: Data(reply.body))
                else { throw .notUnderstood(isWrite: isWrite) }
                preferred = member
                return (decoded, time)
            } catch {
                last = error.at(settings.endpoints[member])
                mayBeApplied = mayBeApplied || error.mayBeApplied
                if !error.isUnreachable || Task.isCancelled { break }
            }
        }
        throw mayBeApplied ? RegisterFailure(.unreachable(mayBeApplied: true), last.detail) : last
    }

    /// Begins a reply in lines at the preferred member.
    func open(_ path: Path, _ request: some Encodable) async throws(RegisterFailure) -> (lines: HTTPLines, member: Int)
    {
        let body = try Self.encode(request)
        let member = preferred
        do throws(RegisterFailure) {
            let answer = try await ask(member, path, body, isStream: true)
            guard case .lines(let lines) = answer.opening else { throw .notUnderstood(isWrite: false) }
            return (lines, member)
        } catch {
            leave(member)
            throw error.at(settings.endpoints[member])
        }
    }

    /// Asks another member first from now on.
    func leave(_ member: Int) {
        if preferred == member { preferred = (member + 1) % max(settings.endpoints.count, 1) }
    }

    var isLoggedIn: Bool { token != nil }

    private var inTurn: [Int] {
        let count = settings.endpoints.count
        return (0..<count).map { ($0 + preferred) % count }
    }

    /// Sends a request to one member: again with the gateway's other version if it doesn't know the first, and again
    /// with a new token if it doesn't accept this one.
    func ask(
        _ member: Int, _ path: Path, _ body: String, isWrite: Bool = false, isStream: Bool = false
    ) async throws(RegisterFailure) -> Answer {
        var (mayLogIn, mayChangeVersion) = (settings.login != nil, true)
        while true {
            let token = try await logIn(at: member)
            let version = version
            let answer = try await send(to: member, version, path, body, token, isWrite, isStream)
            guard case .reply(let reply) = answer.opening, reply.status != 200 else { return answer }
            switch reply.status {
            case 404 where mayChangeVersion:
                mayChangeVersion = false
                if self.version == version { self.version = Self.versions.first { $0 != version } ?? version }
            case 400 where mayLogIn, 401 where mayLogIn:
                mayLogIn = false
                if self.token == token { self.token = nil }
                isLoginOff = false
            default: throw RegisterFailure(status: reply.status, body: reply.body, isWrite: isWrite)
            }
        }
    }

    /// The token of the user; nil without a user or without roles.
    private func logIn(at member: Int) async throws(RegisterFailure) -> Secret? {
        guard let login = settings.login, !isLoginOff else { return nil }
        if let token { return token }
        let request = AuthenticationRequest(name: login.user, password: try await login.password().get().expose())
        let body = try Self.encode(request)
        let answer = try await send(to: member, version, .authenticate, body, nil, false, false)
        guard case .reply(let reply) = answer.opening else { throw .notUnderstood(isWrite: false) }
        if EtcdFault(reply.body).code == EtcdFault.failedPrecondition {
            isLoginOff = true
            return nil
        }
        guard reply.status == 200 else {
            // An older gateway: the request itself will find out.
            if reply.status == 404 { return nil }
            throw RegisterFailure(status: reply.status, body: reply.body, isWrite: false)
        }
        guard let made = try? JSONDecoder().decode(AuthenticationReply.self, from: Data(reply.body)).token,
            !made.isEmpty, made.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw .notUnderstood(isWrite: false) }
        token = Secret(made)
        return token
    }

    private func send(
        to member: Int, _ version: String, _ path: Path, _ body: String, _ token: Secret?, _ isWrite: Bool,
        _ isStream: Bool
    ) async throws(RegisterFailure) -> Answer {
        var headers = [("Content-Type", "application/json")]
        // Otherwise a watch at a member that has lost its leader would be silent.
        if isStream { headers.append(("Grpc-Metadata-hasleader", "true")) }
        if let token { headers.append(("Authorization", token.expose())) }
        let call = HTTPCall(
            .post, "\(settings.endpoints[member])/\(version)/\(path.rawValue)", headers: headers, body: body,
            timeout: settings.memberLimit, replyLimit: Self.replyLimit, wantedHeaders: [Self.dateHeader],
            certificate: settings.certificate, authorities: settings.authorities, isRepeatable: !isStream)
        let sent = boot()
        let result =
            isStream ? await transport.open(call) : await transport.send(call).map { HTTPOpening.reply($0) }
        do {
            return Answer(opening: try result.get(), sent: sent, received: boot())
        } catch {
            throw RegisterFailure(error, isWrite: isWrite)
        }
    }

    private static func encode(_ request: some Encodable) throws(RegisterFailure) -> String {
        guard let body = try? JSONEncoder().encode(request) else { throw .notUnderstood(isWrite: false) }
        return String(decoding: body, as: UTF8.self)
    }
}
