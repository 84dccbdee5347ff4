/// Random text that nobody can guess.
package enum RandomText {
    /// `octets` random octets in base64url, whose characters are all unreserved (RFC 3986 section 2.3); 4 characters
    /// for 3 octets.
    package static func make(octets: Int, using random: inout some RandomNumberGenerator) -> Secret {
        Secret(Base64URL.encode((0..<octets).map { _ in UInt8.random(in: 0...255, using: &random) }))
    }

    /// Random letters and digits that don't look alike, for a path segment or a code that a person may have to type;
    /// 5.8 bits a character.
    package static func readable(length: Int, using random: inout some RandomNumberGenerator) -> String {
        pick(length, from: legible, using: &random)
    }

    /// Random capital consonants, which form no words (RFC 8628 section 6.1); 4.3 bits a character.
    package static func consonants(length: Int, using random: inout some RandomNumberGenerator) -> String {
        pick(length, from: consonants, using: &random)
    }

    private static let legible = Array("23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
    private static let consonants = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)

    private static func pick(_ length: Int, from octets: [UInt8], using random: inout some RandomNumberGenerator)
        -> String
    {
        String(
            decoding: (0..<length).map { _ in octets[Int.random(in: octets.indices, using: &random)] }, as: UTF8.self)
    }
}
