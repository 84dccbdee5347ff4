import Testing
import Text

struct NearestNameTests {
    @Test(arguments: [
        ("clientid", "client_id"), ("client_idd", "client_id"), ("cleint_id", "client_id"), ("Client_ID", "client_id"),
        ("scope", "scopes"), ("authorisation_endpoint", "authorization_endpoint"), ("google", "google"),
    ])
    func `a misspelled name finds the one that was meant`(_ slip: String, _ meant: String) {
        let names = ["client_id", "client_secret", "scopes", "authorization_endpoint", "token_endpoint", "google"]
        #expect(NearestName.nearest(to: slip, in: names) == meant)
    }

    @Test(arguments: ["", "x", "colour", "something else", String(repeating: "client_id", count: 30)])
    func `a name that resembles no other finds none`(_ name: String) {
        #expect(NearestName.nearest(to: name, in: ["client_id", "scopes"]) == nil)
    }

    @Test(
        arguments: [
            ("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "abdc", 1), ("abc", "xbcd", 2), ("abcdefghi", "abcxyzghi", 3),
            ("abcdef", "abcxyz", nil), ("ab", "xy", nil),
        ] as [(String, String, Int?)])
    func `swapped neighbours count as one change, and the limit grows with the length`(
        _ from: String, _ to: String, _ distance: Int?
    ) {
        #expect(NearestName.distance(from: from, to: to) == distance)
        #expect(NearestName.distance(from: to, to: from) == distance)
    }

    @Test func `the nearest names come first, equal ones in alphabetical order, up to the limit`() {
        #expect(NearestName.near("mail", in: ["maul", "mails", "mail", "mall", "ads"]) == ["mail", "mails", "mall"])
    }
}
