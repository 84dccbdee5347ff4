import APIContract
import Console
import Failures
import FakeDaemon
import FoundationEssentials
import Testing

@testable import Command

struct TokenFormatTests {
    private static let expires = Date(timeIntervalSince1970: 1_800_000_000)

    private func answer(type: String = "Bearer", expires: Date? = expires) -> TokenAnswer {
        TokenAnswer(
            account: "ads", accessToken: "tok\"en\\", tokenType: type, scope: "a b", expiresAt: expires,
            expiresIn: expires.map { _ in 60 })
    }

    private func object(_ text: String) throws -> [String: String] {
        try JSONDecoder().decode([String: Scalar].self, from: Data(text.utf8)).mapValues(\.text)
    }

    @Test func `only raw0 has no newline behind the token`() {
        #expect(TokenFormat.allCases.filter { !$0.endsWithNewline } == [.raw0])
    }

    @Test func `raw and xoauth2 need no more than the token, all others the whole answer`() {
        #expect(TokenFormat.allCases.filter { !$0.needsAnswer } == [.raw, .raw0, .xoauth2])
        #expect(TokenFormat.raw0.text(ofToken: "t", user: nil) == "t")
        let decoded = Data(base64Encoded: TokenFormat.xoauth2.text(ofToken: "t", user: "me@x.example"))
        #expect(decoded.map { String(decoding: $0, as: UTF8.self) } == "user=me@x.example\u{1}auth=Bearer t\u{1}\u{1}")
    }

    @Test func `curl's configuration quotes the header`() throws {
        #expect(try TokenFormat.curl.text(of: answer()) == #"header = "Authorization: Bearer tok\"en\\""#)
        #expect(try TokenFormat.header.text(of: answer(type: "DPoP")) == #"Authorization: DPoP tok"en\"#)
    }

    @Test(
        arguments: [
            (nil, "v1"), ("", "v1"), (#"{"apiVersion":"client.authentication.k8s.io/v1"}"#, "v1"),
            (#"{"apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":true}}"#, "v1beta1"),
        ] as [(String?, String)])
    func `kubectl gets a credential of the version that it asks for`(request: String?, version: String) throws {
        let text = try TokenFormat.kubernetes.text(of: answer(), request: request)
        #expect(
            text == #"{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","#
                + #""status":{"expirationTimestamp":"2027-01-15T08:00:00Z","token":"tok\"en\\"}}"#)
        let endless = try TokenFormat.kubernetes.text(of: answer(expires: nil), request: request)
        #expect(endless.hasSuffix(#""status":{"token":"tok\"en\\"}}"#))
    }

    @Test(arguments: ["{}", "no JSON", #"{"apiVersion":"client.authentication.k8s.io/v1alpha1"}"#])
    func `kubectl is told of a request that can't be answered`(request: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try TokenFormat.kubernetes.text(of: answer(), request: request)
        }
        #expect(failure.exit == .usage)
        #expect(failure.message.contains(request.contains("v1alpha1") ? "v1alpha1" : "KUBERNETES_EXEC_INFO"))
    }

    @Test func `Google's libraries get a subject token with its expiry`() throws {
        #expect(
            try object(try TokenFormat.google.text(of: answer())) == [
                "version": "1", "success": "true", "token_type": "urn:ietf:params:oauth:token-type:jwt",
                "id_token": "tok\"en\\", "expiration_time": "1800000000",
            ])
        #expect(try object(try TokenFormat.google.text(of: answer(expires: nil)))["expiration_time"] == nil)
    }
}

/// A scalar of a JSON object, as text.
private struct Scalar: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            text = "\(flag)"
        } else if let number = try? value.decode(Int.self) {
            text = "\(number)"
        } else {
            text = try value.decode(String.self)
        }
    }
}
