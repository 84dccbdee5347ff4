/// A parser of untrusted input: samples of the input, and a check of what must hold for any input.
package struct FuzzTarget: Sendable {
    package let name: String
    package let samples: [[UInt8]]
    /// Throws a `BrokenPromise`. A crash ends the process; a hang ends at the caller's time limit.
    package let check: @Sendable ([UInt8]) async throws -> Void

    init(_ name: String, samples: [String], check: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.name = name
        self.samples = samples.map { Array($0.utf8) }
        self.check = check
    }

    /// A target for a parser that takes text.
    init(_ name: String, samples: [String], check: @escaping @Sendable (String) async throws -> Void) {
        self.init(name, samples: samples) { (input: [UInt8]) in
            try await check(String(decoding: input, as: UTF8.self))
        }
    }

    package static let all = [
        redirect, pastedRedirect, tokenReply, metadata, answers, keySet, identityToken, configuration, socketRequest,
        soapReply,
    ]

    /// Pieces of input that parsers often fail on.
    package static let pieces: [[UInt8]] =
        [
            "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ":", ",", "null", "true", "-1", "1e999", "1e-999",
            "9223372036854775808", "NaN", "1979-05-27T", "%", "%0", "%00", "%ff", "%C3%28", "+", "&", "=", "&&", "==",
            "?", "#", "\r\n", "\n", "\t", " ", "'''", "\"\"\"", "[[", "]]", "[accounts.a]", ".", "..", "https://",
            "http://[::1", "@", "\u{0}", "\u{202e}", "\u{feff}", "é", "𐍈", "<script>", "code=", "state=", "error=",
            "iss=", "<a>", "</a>", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&#x0;", "<!DOCTYPE a>",
        ].map { Array($0.utf8) } + [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]
}
