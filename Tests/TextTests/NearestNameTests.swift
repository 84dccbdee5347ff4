import Testing
import Text

struct NearestNameTests {
    @Test(arguments: [
        ("clientid", "client_id"), ("client_idd", "client_id"), ("cleint_id", "client_id"), ("Client_ID", "client_id"),
        ("scope", "scopes"), ("authorisation_endpoint", "authorization_endpoint"), ("google", "google"),
    ])
    func `a slip of the fingers finds the name that was meant`(_ slip: String, _ meant: String) {
        let names = ["client_id", "client_secret", "scopes", "authorization_endpoint", "token_endpoint", "google"]
        #expect(NearestName.nearest(to: slip, in: names) == meant)
    }

    @Test(arguments: ["", "x", "colour", "something else", String(repeating: "client_id", count: 30)])
    func `what is far from every name finds none`(_ name: String) {
        #expect(NearestName.nearest(to: name, in: ["client_id", "scopes"]) == nil)
    }

    @Test(
        arguments: [
            ("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "abdc", 1), ("abc", "xbcd", 2), ("abcdefghi", "abcxyzghi", 3),
            ("abcdef", "abcxyz", nil), ("ab", "xy", nil),
        ] as [(String, String, Int?)])
    func `a swap of neighbours counts once, and the bound grows with the length`(
        _ from: String, _ to: String, _ distance: Int?
    ) {
        #expect(NearestName.distance(from: from, to: to) == distance)
        #expect(NearestName.distance(from: to, to: from) == distance)
    }

    @Test func `the nearest names come first, equals in alphabetical order, and not too many`() {
        #expect(NearestName.near("mail", in: ["maul", "mails", "mail", "mall", "ads"]) == ["mail", "mails", "mall"])
    }
}
