import Foundation
import HTTPTransport
import MicrosoftAdvertisingService
import OAuth
import Testing
import Text

struct ReplyTests {
    static let restUser = """
        {"User":{"Id":"10001","UserName":"ada@example.com","Name":{"FirstName":"Ada","LastName":"Example"},\
        "CustomerId":20001,"UserLifeCycleStatus":"Active","AuthenticationToken":"NEVER-SHOWN","Password":"NEVER-SHOWN"},\
        "CustomerRoles":[{"RoleId":41,"CustomerId":"20001","AccountIds":null},\
        {"RoleId":100,"CustomerId":"20002","AccountIds":["30001",30002],"LinkedAccountIds":["30003"]}]}
        """

    static func reply(
        _ body: String, _ serviceProtocol: ServiceProtocol, status: Int = 200, type: String? = nil,
        trackingID: String? = nil, retryAfter: Duration? = nil
    ) -> ServiceReply {
        var headers = [
            "Content-Type": type ?? (serviceProtocol == .rest ? "application/json" : "text/xml; charset=utf-8")
        ]
        headers["TrackingId"] = trackingID
        return ServiceReply(
            HTTPReply(status: status, body: Array(body.utf8), retryAfter: retryAfter, headers: headers),
            serviceProtocol,
            secrets: [Secret(Sample.accessToken), Secret(Sample.developerToken)])
    }

    @Test func `a SOAP user is parsed with the roles`() throws {
        let user = try Self.reply(Fixture.text("synthetic-soap-getuser.response.xml"), .soap).user()
        #expect(
            user
                == AdvertisingUser(
                    id: "10001", userName: "ada@example.com", firstName: "Ada", lastName: "Example",
                    customerID: "20001", status: "Active", roles: [CustomerRole(customerID: "20001", roleID: 41)]))
        #expect(user.roles.first?.roleName == "Super Admin")
    }

    @Test func `the accounts of a SOAP role are parsed`() throws {
        let text = try Fixture.text("synthetic-soap-getuser.response.xml").replacing(
            "<a:AccountIds i:nil=\"true\" xmlns:b=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"/>",
            with: "<a:AccountIds xmlns:b=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\">"
                + "<b:long>30001</b:long><b:long>30002</b:long></a:AccountIds>")
        #expect(try Self.reply(text, .soap).user().roles.first?.accountIDs == ["30001", "30002"])
    }

    @Test func `the accounts of a SOAP reply are parsed`() throws {
        let accounts = try Self.reply(Fixture.text("synthetic-soap-searchaccounts.response.xml"), .soap).accounts()
        #expect(
            accounts
                == [
                    AdvertiserAccount(
                        id: "30001", number: "X0000001", name: "Example", customerID: "20001", currency: "USD")
                ])
    }

    @Test func `a SOAP reply without accounts is an empty list`() throws {
        let text = try Fixture.text("synthetic-soap-searchaccounts.response.xml")
        let start = try #require(text.firstRange(of: "<a:AdvertiserAccount>"))
        let end = try #require(text.firstRange(of: "</a:AdvertiserAccount>"))
        let empty = text[..<start.lowerBound] + text[end.upperBound...]
        #expect(try Self.reply(String(empty), .soap).accounts() == [])
    }

    @Test func `a REST user is parsed, with ids as strings or as numbers`() throws {
        let user = try Self.reply(Self.restUser, .rest).user()
        #expect(user.id == "10001" && user.customerID == "20001" && user.firstName == "Ada")
        #expect(
            user.roles == [
                CustomerRole(customerID: "20001", roleID: 41),
                CustomerRole(
                    customerID: "20002", roleID: 100, accountIDs: ["30001", "30002"], linkedAccountIDs: ["30003"]),
            ])
    }

    @Test func `the token in a user's reply isn't kept`() throws {
        let user = try Self.reply(Self.restUser, .rest).user()
        var dumped = ""
        dump(user, to: &dumped)
        let json = String(decoding: try JSONEncoder().encode(user), as: UTF8.self)
        #expect(!dumped.contains("NEVER-SHOWN") && !json.contains("NEVER-SHOWN"))
    }

    @Test func `REST accounts are parsed, and null is an empty list`() throws {
        let text = #"{"Accounts":[{"Id":"30001","Number":"X1","Name":"A\u001b[31m","ParentCustomerId":"20001"}]}"#
        let accounts = try Self.reply(text, .rest).accounts()
        #expect(accounts == [AdvertiserAccount(id: "30001", number: "X1", name: "A [31m", customerID: "20001")])
        #expect(try Self.reply(#"{"Accounts":null}"#, .rest).accounts() == [])
    }

    /// A reply, and a word that the error message must contain.
    struct BadReply: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var serviceProtocol: ServiceProtocol
        var body: String
        var status = 200
        var type: String?
        var word: String
    }

    static let bomb = """
        <?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">\
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><s:Envelope>&c;</s:Envelope>
        """

    static let badReplies: [BadReply] = [
        .init(testDescription: "an entity bomb", serviceProtocol: .soap, body: bomb, word: "document type"),
        .init(
            testDescription: "an external entity", serviceProtocol: .soap,
            body: "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><x>&f;</x>", word: "document type"),
        .init(
            testDescription: "another encoding", serviceProtocol: .soap,
            body: "<?xml version=\"1.0\" encoding=\"utf-7\"?><x/>", word: "UTF-8"),
        .init(
            testDescription: "depth", serviceProtocol: .soap, body: String(repeating: "<a>", count: 100_000),
            word: "nested"),
        .init(
            testDescription: "XML cut short", serviceProtocol: .soap, body: "<s:Envelope><s:Body>",
            word: "no SOAP envelope"),
        .init(
            testDescription: "other XML", serviceProtocol: .soap, body: "<html><body/></html>", word: "no SOAP envelope"
        ),
        .init(testDescription: "no XML", serviceProtocol: .soap, body: "it works", word: "isn't XML"),
        .init(testDescription: "nothing", serviceProtocol: .soap, body: "", word: "empty"),
        .init(
            testDescription: "a page", serviceProtocol: .soap, body: "<html></html>", type: "text/html",
            word: "text/html in the place of XML"),
        .init(
            testDescription: "a fault body that is no XML", serviceProtocol: .soap, body: "oops", status: 500,
            word: "HTTP 500"),
        .init(
            testDescription: "a user without id", serviceProtocol: .soap,
            body: "<E><Body><GetUserResponse><User><UserName>a</UserName></User></GetUserResponse></Body></E>",
            word: "no User/Id"),
        .init(testDescription: "an empty body", serviceProtocol: .soap, body: "<E><Body/></E>", word: "no User/Id"),
        .init(testDescription: "no JSON", serviceProtocol: .rest, body: "{", word: "isn't the JSON"),
        .init(testDescription: "an array", serviceProtocol: .rest, body: "[]", word: "isn't the JSON"),
        .init(testDescription: "an object", serviceProtocol: .rest, body: "{}", word: "isn't the JSON"),
        .init(testDescription: "no id", serviceProtocol: .rest, body: #"{"User":{}}"#, word: "no User/Id"),
        .init(
            testDescription: "an id that is no number", serviceProtocol: .rest, body: #"{"User":{"Id":"x"}}"#,
            word: "no User/Id"),
        .init(
            testDescription: "a page", serviceProtocol: .rest, body: "<html></html>", type: "text/html",
            word: "text/html in the place of JSON"),
        .init(
            testDescription: "a gateway's page", serviceProtocol: .rest, body: "<html></html>", status: 502,
            type: "text/html", word: "HTTP 502"),
        .init(
            testDescription: "depth", serviceProtocol: .rest, body: String(repeating: "[", count: 100_000),
            word: "isn't the JSON"),
    ]

    @Test(arguments: badReplies)
    func `a reply that is no result is described in the error message`(_ bad: BadReply) throws {
        let reply = Self.reply(
            bad.body, bad.serviceProtocol, status: bad.status, type: bad.type, trackingID: Sample.trackingID)
        let failure = try #require(throws: CallFailure.self) { try reply.user() }
        guard case .unreadable = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect("\(failure)".contains(bad.word))
        #expect("\(failure)".contains(Sample.trackingID))
        #expect(!Sample.remedy().lines(for: failure).isEmpty)
    }

    @Test func `accounts without an id and a missing list are errors`() throws {
        for text in [#"{"Accounts":[{"ParentCustomerId":"1"}]}"#, "{}"] {
            let failure = try #require(throws: CallFailure.self) { try Self.reply(text, .rest).accounts() }
            #expect("\(failure)".contains("has no Accounts, or one without its id"))
        }
        let xml = try Fixture.text("synthetic-soap-searchaccounts.response.xml").replacing("a:Id>", with: "a:I>")
        let failure = try #require(throws: CallFailure.self) { try Self.reply(xml, .soap).accounts() }
        #expect("\(failure)".contains("without its id"))
    }

    // D10
    @Test func `an account without an owner is listed`() throws {
        let owned = AdvertiserAccount(id: "2", customerID: "9")
        let text = #"{"Accounts":[{"Id":"1","ParentCustomerId":null},{"Id":"2","ParentCustomerId":"9"}]}"#
        #expect(try Self.reply(text, .rest).accounts() == [AdvertiserAccount(id: "1", customerID: nil), owned])
        let xml = try Fixture.text("synthetic-soap-searchaccounts.response.xml").replacing(
            "ParentCustomerId", with: "P")
        #expect(try Self.reply(xml, .soap).accounts().map(\.parentCustomerID) == [nil])
    }
}
