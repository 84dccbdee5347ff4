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

    // A6, TOKEN-3
    @Test(
        arguments: [
            (#""1800s""#, 1800), (#""30m""#, 1800), (#""PT30M""#, 1800), (#""P1DT1H""#, 90_000), (#""1h 30min""#, 5400),
            (#""1 hour""#, 3600), (#""3600 seconds""#, 3600), (#""3,600 s""#, 3600), (#""1.5h""#, 5400),
            (#""P1W""#, 604_800),
            (#""3600.0""#, 3600), ("3.6e3", 3600), (#""Fri, 15 Jan 2027 08:01:10 GMT""#, 70),
            (#""Friday, 15-Jan-27 08:01:10 GMT""#, 70), (#""Fri Jan 15 08:01:10 2027""#, 70),
            (#""2027-01-15T08:01:10""#, 70), (#""2027-01-15 08:01:10""#, 70), (#""2027-01-15T08:01:10.250Z""#, 70),
            (#""2027-01-15T09:01:10+01:00""#, 70), (#""2027-01-15T03:01:10-0500""#, 70),
            (#""2027-01-15 08:01 UTC""#, 60),
            ("1800000070", 70), ("1800000070000", 70), ("1800000070000000", 70), ("1800000070000000000", 70),
            (#""1800000070000""#, 70), ("9223372036854775807", nil), ("1e300", nil), (#""9999-12-31T23:59:59Z""#, nil),
            (#""0001-01-01T00:00:00Z""#, nil), ("-3600", nil), (#""-1h""#, nil), (#""12 parsecs""#, nil),
            (#""h""#, nil),
            (#""2027-13-15T08:01:10Z""#, nil), (#""25:00:00""#, nil), (#""PT""#, nil), ("0", 0), (#""0s""#, 0),
            (#""""#, nil),
            (#""15 Jan 2027 08:61:10""#, nil), ("999999999", 999_999_999), (#""2026-02-28T23:59:59Z""#, nil),
        ] as [(String, Int64?)])
    func `a lifetime is a number, a length with units, or a date in any usual form`(
        _ value: String, _ seconds: Int64?
    ) throws {
        #expect(try tokens(#""expires_in":\#(value)"#).expiresIn?.components.seconds == seconds)
        #expect(try tokens(#""expires_in":\#(value)"#).extra.isEmpty)
    }

    // A6
    @Test(
        arguments: [
            (#""expires_in_ms":3600000"#, 3600), (#""expiresInMillis":"1500""#, 1), (#""expires_in_minutes":30"#, 1800),
            (#""lifetime_hours":2"#, 7200), (#""expires_in_ms":3600000,"expires_in":7200"#, 3600),
            (#""expires_in_days":1"#, 86_400), (#""token_lifetime":60"#, 60), (#""expires_in_ms":1800000070000"#, nil),
            (#""expires_at":"Fri, 15 Jan 2027 08:01:10 GMT""#, 70),
            (#""expires_at":"2028-03-01T00:00:00Z""#, 35_481_600),
        ] as [(String, Int64?)])
    func `a member's name may state the unit`(_ members: String, _ seconds: Int64?) throws {
        #expect(try tokens(members).expiresIn?.components.seconds == seconds)
        #expect(try tokens(members).extra.isEmpty)
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
