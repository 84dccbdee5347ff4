import FoundationEssentials
import OAuth
import Testing
import Text

struct LeadingObjectTests {
    private static let object = #"{"access_token":"a}\"{","refresh_token":"r\\","n":[{}]}"#

    private func refreshToken(_ body: [UInt8]) -> Secret? {
        guard case .granted(let tokens) = TokenReply(status: 200, retryAfter: nil, body: Data(body)) else { return nil }
        return tokens.refreshToken
    }

    // A2, TOKEN-11
    @Test(arguments: [
        "\0", "\0\0\0", "\n", " x", "{}", #"{"access_token":"b","refresh_token":"s"}"#, "]", "}", "<html>", "\"",
        "\r\n0\r\n", "\u{feff}",
    ])
    func `anything after the object is ignored`(_ rest: String) {
        #expect(refreshToken(Array(Self.object.utf8) + Array(rest.utf8)) == Secret("r\\"))
        #expect(refreshToken(Array(Self.object.utf8) + Array(rest.utf8) + [0xff, 0xfe]) == Secret("r\\"))
    }

    // A2
    @Test(arguments: [[0xef, 0xbb, 0xbf], [0x0a, 0x20, 0x09, 0x0d], [0xef, 0xbb, 0xbf, 0x20], [0x00]] as [[UInt8]])
    func `a byte order mark or white space before the object is ignored`(_ before: [UInt8]) {
        #expect(refreshToken(before + Array(Self.object.utf8)) == Secret("r\\"))
    }

    // A2
    @Test(arguments: [
        ")]}',\n", "while(1);", "for(;;);", "cb(", "(", "[", "/* x */", "Notice: undefined {x} in y\n", "\n\u{feff}",
        "\u{feff}\u{feff}", "x {a:1} ", "\u{a0}", "{} ",
    ])
    func `anything before the first complete object is ignored`(_ before: String) {
        // An empty object at the start is the whole reply.
        let isWhole = before == "{} "
        #expect(refreshToken(Array((before + Self.object + ")").utf8)) == (isWhole ? nil : Secret("r\\")))
    }

    // A2
    @Test(arguments: [true, false]) func `UTF-16 is read, with and without a byte order mark`(_ isBigEndian: Bool) {
        let octets = Self.object.utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
            return isBigEndian ? [high, low] : [low, high]
        }
        #expect(refreshToken(octets) == Secret("r\\"))
        #expect(refreshToken((isBigEndian ? [0xfe, 0xff] : [0xff, 0xfe]) + octets + [0]) == Secret("r\\"))
    }

    // A2
    @Test func `tokens are read from an object that also has a string in Latin-1 or with a bare line break`() {
        let body =
            Array(#"{"access_token":"a","refresh_token":"r","note":"zur"#.utf8) + [0xfc] + Array("ck\n\t\"}".utf8)
        #expect(refreshToken(body) == Secret("r"))
    }

    @Test(arguments: [
        "", "\0", "[]", "x{}", #"{"access_token":"a""#, #"{"access_token":"a}"#, "{{}", #"{"a":"\"#, "\"{}\"",
        #"{"access_token":"a","n":{"access_token":"b"}"#, #"<script>{"access_token":"a"}</script>"#,
        "x{" + #"{"access_token":"a"}"#,
    ])
    func `an incomplete object is rejected`(_ text: String) {
        #expect(LeadingObject.data(in: text.utf8) == nil)
        #expect(!TokenReply.holdsToken(text.utf8))
    }

    @Test func `only a complete object counts as holding a token`() {
        #expect(TokenReply.holdsToken(#"{"access_token":"a"} cut he"#.utf8))
        #expect(!TokenReply.holdsToken(#"{"access_token":""}"#.utf8))
        #expect(!TokenReply.holdsToken(#"{"error":"x"}"#.utf8))
    }

    // A2
    @Test func `device authorizations, pushed requests, keys and metadata are parsed as leniently`() throws {
        let rest = "\0junk"
        let device = #"{"device_code":"d","user_code":"A-B","verification_uri":"https://as.example/d"}\#(rest)"#
        #expect(DeviceAuthorization(Data(device.utf8))?.userCode == "A-B")
        #expect(PushedRequest(Data(#"{"request_uri":"urn:x"}\#(rest)"#.utf8))?.uri == "urn:x")
        #expect(JSONWebKeySet(Data(#"{"keys":[]}\#(rest)"#.utf8))?.keys == [])
        let metadata = Data(#"{"issuer":"https://as.example"}\#(rest)"#.utf8)
        #expect(try ServerMetadata(metadata, of: Issuer("https://as.example")).issuer == "https://as.example")
    }
}
