/// Path segments that nobody can guess, from the system's generator.
enum RandomPath {
    /// Without letters that look alike: someone may type it.
    private static let alphabet = Array("23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

    /// 5.8 bits a character.
    static func segment(length: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return String(decoding: octets, as: UTF8.self)
    }
}
