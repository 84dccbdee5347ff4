import FoundationEssentials
import Testing
import Text

struct SecretMaskTests {
    private static let token = "rt/9+Xq~7Kd-2_b.Zw==Lm4%Tg"
    private let mask = SecretMask([Secret(token)])

    private static var base64: String { Data(token.utf8).base64EncodedString() }

    // A11, MASK-1
    @Test(arguments: [
        token, token.uppercased(), FormEncoding.encode(token), FormEncoding.encode(token).lowercased(),
        FormEncoding.encode(FormEncoding.encode(token)), base64, Base64URL.encode(Array(token.utf8)),
        Data("client:\(token)".utf8).base64EncodedString(), Data("id-1:\(token)".utf8).base64EncodedString(),
        Data("id-12:\(token)".utf8).base64EncodedString(), token.replacing("/", with: "\\/"),
        token.replacing("/", with: "\\u002f"), token.replacing("/", with: "&#x2F;").replacing("+", with: "&#43;"),
        String(token.prefix(12)), String(token.suffix(12)), String(token.dropFirst(4).prefix(10)),
        token.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(), "rt/9+Xq~7K\nd-2_b.Zw==Lm4%Tg",
        "rt/9+Xq~7K \u{200b}d-2_b.Zw==Lm4%Tg",
    ])
    func `a secret is masked in every form in which it may be returned`(_ echo: String) {
        let shown = mask.cover("Invalid refresh token: \(echo), sorry")
        #expect(shown.hasPrefix("Invalid refresh token: <secret>") && shown.hasSuffix(", sorry"), "\(shown)")
        for start in 0...(echo.count - 8) {
            let piece = echo.dropFirst(start).prefix(8)
            #expect(!shown.contains(piece), "\(piece) of \(shown)")
        }
        #expect(mask.finds(in: "x \(echo) y"))
    }

    @Test(arguments: [
        "Invalid refresh token", "rt/9+X", "https://as.example/errors#refresh-token", "%41%42 &amp; \\u0041", "",
        "AADSTS700082: The refresh token has expired due to inactivity.",
    ])
    func `text that isn't a secret stays unchanged`(_ text: String) {
        #expect(mask.cover(text) == text)
        #expect(!mask.finds(in: text))
    }

    @Test func `a short secret is masked completely, and one of two characters isn't`() {
        #expect(SecretMask([Secret("abc")]).cover("was abc.") == "was <secret>")
        #expect(SecretMask([Secret("hunter2")]).cover("is hunter2, hunt") == "is <secret>, hunt")
        #expect(SecretMask([Secret("ab"), Secret("")]).cover("was ab") == "was ab")
    }

    @Test func `secrets that are added later are masked too`() {
        let both = mask.adding([Secret("another-secret-1")])
        #expect(both.cover("\(Self.token) and another-secret-1") == "<secret> and <secret>")
        #expect(mask.cover("another-secret-1") == "another-secret-1")
    }

    @Test func `text beyond the limit is neither searched nor shown`() {
        let long = String(repeating: "x ", count: 3000)
        #expect(mask.cover(long + Self.token) == String(long.prefix(4096)))
        #expect(mask.cover(Self.token + long).count < 4200)
    }
}
