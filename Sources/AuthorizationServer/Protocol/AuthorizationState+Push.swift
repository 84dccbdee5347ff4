import FoundationEssentials
import OAuth

/// The answer to a pushed request (RFC 9126 section 2.2).
struct PushReply: Encodable, Sendable {
    let requestUri: String
    let expiresIn: Int
}

extension AuthorizationState {
    /// Handles a pushed authorization request (RFC 9126 section 2.1).
    mutating func push(_ form: Form, authorization: String?, now: Date) throws(ServerRefusal) -> PushReply {
        sweep(now: now)
        guard !form.hasRepetitions, form["request_uri"] == nil else {
            throw ServerRefusal(.invalidRequest, "a parameter is repeated or not allowed here")
        }
        let client = try authenticate(form, authorization: authorization)
        let uri = "urn:ietf:params:oauth:request_uri:" + settings.makeToken()
        pushed[TokenID(uri)] = PushedRecord(
            clientID: client.id, form: form, expires: now + settings.pushedRequestLife.timeInterval)
        return PushReply(requestUri: uri, expiresIn: Int(settings.pushedRequestLife.components.seconds))
    }

    /// The parameters of an authorization request: the pushed ones, which can be used once, or those in the request
    /// itself. nil where the client must push them and hasn't.
    mutating func expand(_ asked: Form, of client: RegisteredClient, now: Date) -> Form? {
        guard let uri = asked["request_uri"] else { return settings.requiresPushedRequests ? nil : asked }
        guard let record = pushed.removeValue(forKey: TokenID(uri)), record.clientID == client.id,
            record.expires > now
        else { return nil }
        return record.form
    }
}
