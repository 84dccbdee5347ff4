import Grants
import OAuth
import Text

/// The octets of a model server's reply. Servers word refusals differently; `wording` selects one of the variants.
struct ModelReply {
    var status: Int
    var body: [UInt8]
    var codings: [String] = []

    private init(_ status: Int, _ text: String) {
        self.status = status
        body = Array(text.utf8)
    }

    private init(_ wordings: [(status: Int, text: String)], _ wording: Int64) {
        let chosen = wordings[Int(wording.magnitude % UInt64(wordings.count))]
        self.init(chosen.status, chosen.text)
    }

    /// What happens to a reply with tokens on its way.
    enum Damage {
        case compressed, framed, cut, broken, withoutAccessToken
    }

    static func tokens(_ tokens: IssuedTokens, _ damage: Damage) -> ModelReply {
        var members = [#""access_token":"\#(tokens.accessToken.expose())""#, #""token_type":"bearer""#]
        if let life = tokens.expiresIn { members.append(#""expires_in":"\#(life.components.seconds)""#) }
        if let refresh = tokens.refreshToken { members.append(#""refresh_token":"\#(refresh.expose())""#) }
        var reply = ModelReply(200, "{\(members.joined(separator: ","))}")
        switch damage {
        case .framed: reply.body = [0xef, 0xbb, 0xbf] + reply.body + [0] + Array("{}".utf8)
        case .compressed:
            reply.body = deflated(reply.body)
            reply.codings = ["deflate"]
        case .cut: reply.body = reply.body.dropLast() + Array(#","scope":"ma"#.utf8)
        case .broken:
            reply.body = Array("{'x':NaN,/* y */".utf8) + reply.body.dropFirst().dropLast() + Array(",}".utf8)
        case .withoutAccessToken:
            let refreshToken = members.last { $0.hasPrefix(#""refresh_token""#) } ?? ""
            reply.body = Array("{\(refreshToken)}".utf8)
        }
        return reply
    }

    /// The refresh token is invalid.
    static func invalid(_ post: RefreshPost, wording: Int64) -> ModelReply {
        let token = post.order.grant.refreshToken?.expose() ?? ""
        return ModelReply(
            [
                (400, #"{"error":"invalid_grant"}"#), (200, #"{"ok":false,"error":"invalid_refresh_token"}"#),
                (400, #"{"status":400,"message":"Invalid refresh token"}"#),
                (400, #"{"error":"invalid_grant","error_description":"Invalid refresh token: \#(token)"}"#),
                (401, #"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid: \#(token)"}]}"#),
                (400, #"{"error":"invalid_request","error_description":"Unknown refresh token"}"#),
            ], wording)
    }

    static func throttled(wording: Int64) -> ModelReply {
        ModelReply(
            [
                (400, #"{"error":"invalid_grant","error_codes":[50196],"error_description":"AADSTS50196: A loop."}"#),
                (400, #"{"error":"invalid_client","error_description":"Rate limit exceeded"}"#),
                (403, #"{"error":"invalid_grant","message":"You have made too many requests"}"#),
                (400, #"{"error":"rate_limited"}"#),
            ], wording / 1_000_000)
    }

    static let scopeRefused = ModelReply(
        400, #"{"error":"invalid_request","error_description":"scope parameter not supported"}"#)

    static let busy = ModelReply(429, "")

    static let targetRefused = ModelReply(400, #"{"error":"invalid_target"}"#)

    static let unexplained = ModelReply(400, #"{"status":"failed"}"#)

    static func echo(of post: RefreshPost) -> ModelReply {
        let token = post.order.grant.refreshToken?.expose() ?? ""
        return ModelReply(500, #"{"error":"server_error","error_description":"no luck with \#(token)"}"#)
    }

    /// Encodes the body as one stored block (RFC 1950, RFC 1951 section 3.2.4).
    private static func deflated(_ body: [UInt8]) -> [UInt8] {
        var (low, high) = (UInt32(1), UInt32(0))
        for octet in body {
            low = (low + UInt32(octet)) % 65_521
            high = (high + low) % 65_521
        }
        func octets(_ value: UInt32, _ shifts: [UInt32]) -> [UInt8] {
            shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        let length = UInt32(body.count)
        let block = octets(length, [0, 8]) + octets(~length, [0, 8]) + body
        return [0x78, 0x01, 1] + block + octets(high << 16 | low, [24, 16, 8, 0])
    }
}
