import FoundationEssentials
import OAuth
import Testing

struct ReplyLifetimeTests {
    private static let sent = Date(timeIntervalSince1970: 1_800_000_000)

    private func tokens(_ members: String) throws -> IssuedTokens {
        let reply = TokenReply(
            status: 200, retryAfter: nil, body: Data(#"{"access_token":"a",\#(members)}"#.utf8),
            to: ReplyContext(sent: Self.sent))
        guard case .granted(let tokens) = reply else { throw NotGranted() }
        return tokens
    }

    private struct NotGranted: Error {}

    // A6
    @Test(
        arguments: [
            (#""expires_in":3600000,"expires_in_sec":3600"#, 3600),
            (#""expires_in":"3600","expires_in_sec":9000"#, 3600),
            (#""expires_in_seconds":60"#, 60), (#""expiresIn":"61""#, 61), (#""access_token_expires_in":62"#, 62),
            (#""expires":63"#, 63), (#""expires_in":0,"expires_in_sec":64"#, 64), (#""expires_in":0"#, 0),
            (#""expires_in":65,"expires_at":1800000001"#, 65), (#""expires_at":1800000066"#, 66),
            (#""expires_on":"1800000067""#, 67), (#""expiry_date":1800000068000"#, 68), (#""expires":1800000069"#, 69),
            (#""expires_at":"2027-01-15T08:01:10Z""#, 70), (#""expires_at":1799999999"#, nil),
            (#""expires_at":"soon""#, nil),
            (#""expires_in":1e12"#, nil), (#""expires_in":-5"#, nil), (#""expires_in":true"#, nil), (#""x":1"#, nil),
            (#""expires_in":0,"expires_at":1800000071"#, 71), (#""expires_in":1800000072"#, 72),
            (#""expires_in":" 73 ""#, 73), (#""expires_in":"2027-01-15T08:01:14Z""#, 74), (#""ttl":75"#, 75),
            (#""expires_in":0,"expires_at":1799999999"#, 0), (#""ext_expires_in":3"#, nil),
            (#""refresh_expires_in":5"#, nil),
        ] as [(String, Int64?)])
    func `the shortest of the stated lifetimes is the access token's`(_ members: String, _ seconds: Int64?) throws {
        #expect(try tokens(members).expiresIn?.components.seconds == seconds)
    }

    // A15
    @Test(
        arguments: [
            (#""refresh_token_expires_in":604800"#, 604_800), (#""x_refresh_token_expires_in":8726400"#, 8_726_400),
            (#""refresh_expires_in":1800"#, 1800), (#""refreshTokenExpiresIn":"7""#, 7),
            (#""refresh_token_expires_at":1800000008"#, 8), (#""refresh_token_expires_in":0"#, nil),
            (#""refresh_token_expires_in":90,"refresh_token_expires_at":1800000020"#, 90), (#""expires_in":5"#, nil),
        ] as [(String, Int64?)])
    func `a refresh token's lifetime is read under any known name`(_ members: String, _ seconds: Int64?) throws {
        #expect(try tokens(members).refreshTokenExpiresIn?.components.seconds == seconds)
    }
}
