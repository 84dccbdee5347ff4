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

    private static func each(_ separator: String) -> String { token.map(String.init).joined(separator: separator) }

    private static func octets(_ start: String, _ end: String = "", radix: Int = 16) -> String {
        token.utf8.map { octet in
            let digits = String(octet, radix: radix)
            return start + (radix == 16 && digits.count < 2 ? "0" : "") + digits + end
        }.joined()
    }

    private static let separators: [String] = [
        "\u{ad}", "\u{a0}", "\u{200b}", "\u{200d}\u{feff}", "\u{2060}", "-", " - ", ", ", "\u{2009}", "\u{301}",
    ]
    private static let escapes: [(String, String, Int)] = [
        ("=", "", 16), ("%", "", 16), ("%u00", "", 16), ("\\x", "", 16), ("\\u00", "", 16), ("\\u{", "}", 16),
        ("&#", ";", 10), ("&#x", ";", 16), ("", ":", 16), ("", " ", 16), ("0x", ", ", 16), ("%25", "", 16),
        ("\\u0025", "", 16), ("", "", 16),
    ]
    private static let others: [String] = [
        String(token.reversed()), String(token.reversed().prefix(12)), base64.replacing("=", with: "%3D"),
        base64.map(String.init).joined(separator: "\u{200b}"), base64.lowercased(), String(base64.prefix(14)),
        String(base64.suffix(16)), String(token.prefix(13)) + "=\r\n" + String(token.dropFirst(13)),
        String(String.UnicodeScalarView(token.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xfee0) })),
        String(octets("").prefix(24)), token.lowercased(), token.replacing("=", with: "=3D"),
        token.replacing("~", with: "\u{2026}~"),
    ]
    private static var forms: [String] {
        let escaped = escapes.map { octets($0.0, $0.1, radix: $0.2) }
        return separators.map(each) + escaped + escaped.map { $0.uppercased() } + others
    }

    // A11, MASK-1
    @Test(arguments: forms)
    func `a secret is masked however its characters are split or written`(_ echo: String) {
        let shown = mask.cover("Invalid refresh token (\(echo)) sorry")
        #expect(shown.hasPrefix("Invalid refresh token (") && shown.hasSuffix("sorry"), "\(shown)")
        let left = shown.dropFirst("Invalid refresh token (".count).dropLast("sorry".count).replacing(
            "<secret>", with: "")
        #expect(left.count { $0.isASCII && ($0.isLetter || $0.isNumber) } < 6, "\(shown)")
        #expect(mask.finds(in: "x \(echo) y"))
    }

    // MASK-1
    @Test func `a secret without letters and digits is masked too`() {
        let marks = SecretMask([Secret("!?#*+~!?§$")])
        #expect(
            marks.cover("was !?#*+~!?§$ or !?!") == "was <secret>§$ or !?!"
                || marks.cover("was !?#*+~!?§$").contains("<secret>"))
        #expect(SecretMask([Secret("#-#")]).cover("a #-# b # c") == "a <secret> b # c")
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
