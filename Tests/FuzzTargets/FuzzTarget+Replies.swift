import Accounts
import FoundationEssentials
import OAuth
import Text

extension FuzzTarget {
    static let tokenReply = FuzzTarget(
        "token-reply",
        samples: [
            #"{"access_token":"\#(canary)","token_type":"Bearer","expires_in":3600,"refresh_token":"r","scope":"a b"}"#,
            #"{"access_token":"a","token_type":"dpop","expires_in":"3600","refresh_in":1.5,"id_token":"e30.e30.AA","x":[{"y":null}]}"#,
            #"{"error":"invalid_grant","error_description":"AADSTS700082: \u000d\u000a gone","error_uri":"https://x"}"#,
            "\u{feff}{\"access_token\":\"a\",\"expires_in\":3600000,\"expires_in_sec\":3600,\"scope\":[\"a\",\"b\"]}\0{",
            #"{"access_token":"a","token_type":"bot","scope":"a,b","x_refresh_token_expires_in":"9","instance_url":"https://x"}"#,
            #"{"ok":false,"error":"invalid_refresh_token"}"#, #"{"status":400,"message":"Invalid refresh token"}"#,
            #"{"errors":[{"errorType":"invalid_grant","detail":"\#(carried)"}],"error_codes":[50196,"x"]}"#,
            #"{"error":"invalid_request","error_description":"scope: \#(carried)","claims":"{\"a\":1}"}"#,
            #"{"fault":{"faultstring":"Rate limit","detail":{"errorcode":"\#(carried)"}}}"#, "Token \(carried) is over",
            #"{"access_token":"\#(canary)","refresh_token":"r","expires_in":NaN,'x':[1,],/* y */}"#,
            #"{"refresh_token":"r","access_token":"a"#,
            #"{"access_token":["a"],"refresh_token":17,"expires_in":"PT30M"}"#,
            "access_token=a&refresh_token=r", "<r><access_token>a</access_token><error>\(carried)</error></r>",
            "<html><body>The refresh token \(carried) is invalid</body></html>",
            #"{"message":"No such token: \#(carried.map(String.init).joined(separator: "\u{ad}"))","retry_after":5}"#,
            #"{"expires_at":"Fri, 15 Jan 2027 08:01:10 GMT","access_token":"a","expires_in_ms":"1h 30m"}"#,
            #"{"ok":true,"access_token":"o","authed_user":{"id":"\#(carried)","access_token":"\#(canary)","scope":"a,b"}}"#,
        ]
    ) { (input: [UInt8]) in
        for (status, path) in [(200, []), (200, ["authed_user"]), (400, []), (503, [])] {
            let reply = TokenReply(
                status: status, retryAfter: nil, body: Data(input),
                to: ReplyContext(mask: SecretMask([Secret(carried)]), isRefresh: true, sent: Date(), tokensPath: path))
            switch reply {
            case .granted(let tokens):
                try hold(status == 200 && !tokens.accessToken.isEmpty, "nothing is granted without a token")
                try hold((tokens.expiresIn ?? .zero) >= .zero, "no token has expired before it came")
                try hold((tokens.refreshTokenExpiresIn ?? .seconds(1)) > .zero, "no refresh token has either")
                try hold(tokens.extra.count <= 32, "what is kept is bounded")
                try holdNoEcho("\(tokens.tokenType) \(tokens.scope ?? Scope([])) \(tokens.extra)")
            case .replaced(let refreshToken, let reason):
                try hold(status == 200 && !refreshToken.isEmpty, "nothing is replaced without a token")
                try holdNoEcho(reason)
            case .refused(let error, _):
                try holdPrintable("\(error)")
                try holdNoEcho("\(error) \(error.uri ?? "")")
            case .unexplained(let reason, _), .unusable(let reason, _):
                try holdPrintable(reason)
                try holdNoEcho(reason)
            }
            try holdSecret(
                in: String(decoding: input, as: UTF8.self), at: #""access_token":"\#(canary)""#, shown: "\(reply)")
        }
    }

    /// The refresh token in the request.
    private static let carried = "vk9Zq0Lw7Xr4Tn2Ub8Yc"

    private static func holdNoEcho(_ shown: String) throws {
        for start in 0...(carried.count - 8) {
            try hold(!shown.contains(carried.dropFirst(start).prefix(8)), "no secret of the request is shown")
        }
    }

    static let metadata = FuzzTarget(
        "metadata",
        samples: [
            #"{"issuer":"https://as.example","authorization_endpoint":"https://as.example/a","token_endpoint":"https://as.example/t"}"#,
            #"{"issuer":"https://as.example","jwks_uri":"http://as.example/k","token_endpoint_auth_methods_supported":["none"],"mtls_endpoint_aliases":{"token_endpoint":"https://m.example/"}}"#,
        ]
    ) { (input: [UInt8]) in
        let settings = try SampleAccount.settings.get()
        guard let issuer = settings.expectedIssuer, let metadata = try? ServerMetadata(Data(input), of: issuer) else {
            return
        }
        let text = String(decoding: input, as: UTF8.self)
        try hold(text.contains("https://as.example") || text.contains("\\"), "no other issuer's document is taken")
        let urls = [
            metadata.endpoints.authorization, metadata.endpoints.token, metadata.certificateEndpoints.token,
            metadata.keys,
        ]
        for url in urls.compactMap(\.self) {
            try hold(url.text.lowercased().hasPrefix("https://") || url.isLoopback, "no endpoint is without TLS")
            try hold(!url.text.contains("#"), "no endpoint has a fragment")
        }
    }

    static let answers = FuzzTarget(
        "device-and-pushed",
        samples: [
            #"{"device_code":"d","user_code":"A-B","verification_uri":"https://as.example/d","expires_in":600,"interval":5}"#,
            #"{"device_code":"\#(canary)","user_code":"A","verification_url":"https://as.example/d","verification_uri_complete":"https://as.example/d?c=A"}"#,
            #"{"request_uri":"urn:x","expires_in":60}"#,
        ]
    ) { (input: [UInt8]) in
        _ = PushedRequest(Data(input))
        guard let device = DeviceAuthorization(Data(input)) else { return }
        try holdPrintable(device.userCode)
        try hold(device.interval >= .seconds(1), "nobody is asked more than once a second")
        try holdSecret(
            in: String(decoding: input, as: UTF8.self), at: #""device_code":"\#(canary)""#, shown: "\(device)")
    }
}
