import HTTPTransport
import Logging

/// Tells the log of each request at the level debug: where it goes and how it ends, and nothing of what it carries.
struct LoggedTransport: HTTPTransport {
    let transport: any HTTPTransport
    let log: Logger
    let clock: any Clock<Duration>

    func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
        guard log.logLevel <= .debug else { return await transport.send(call) }
        var result: Result<HTTPReply, TransportFailure> = .failure(TransportFailure(.cancelled, "cancelled"))
        let took = await clock.measure { result = await transport.send(call) }
        var fields: Logger.Metadata = [
            "method": "\(call.method.rawValue)", "url": "\(Self.place(call.url))",
            "milliseconds": "\(took.milliseconds)",
        ]
        switch result {
        case .success(let reply): fields["status"] = "\(reply.status)"
        case .failure(let failure):
            (fields["code"], fields["detail"]) = ("\(failure.kind.rawValue)", "\(failure.detail)")
        }
        log.debug("request", metadata: fields)
        return result
    }

    /// A URL without its query and its fragment, which may hold secrets, and without a user.
    static func place(_ url: String) -> String {
        let place = url.prefix { $0 != "?" && $0 != "#" }
        guard let start = place.firstRange(of: "://")?.upperBound else { return String(place) }
        let host = place[start...].prefix { $0 != "/" }
        guard let user = host.lastIndex(of: "@") else { return String(place) }
        return String(place[..<start] + place[place.index(after: user)...])
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
