import Accounts
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import OAuth
import Testing

struct FaultTests {
    private func failure(_ reply: ServiceReply) throws -> CallFailure {
        try #require(throws: CallFailure.self) { try reply.user() }
    }

    private static func rest(_ code: Int, _ name: String = "") -> String {
        """
        {"Type":"AdApiFaultDetail","TrackingId":"\(Sample.trackingID)",\
        "Errors":[{"Code":\(code),"Detail":null,"ErrorCode":"\(name)","Message":"As told."}]}
        """
    }

    @Test(arguments: [105, 106, 109, 117], [200, 500])
    func `a SOAP fault is recognized with any HTTP status`(_ code: Int, _ status: Int) throws {
        let text = try Fixture.text("synthetic-soap-fault-\(code).response.xml")
        let failure = try failure(ReplyTests.reply(text, .soap, status: status))
        guard case .fault(let fault) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(fault.code == code && fault.status == status && fault.trackingID == Sample.trackingID)
        #expect("\(failure)".contains("(\(code)): ") && "\(failure)".hasSuffix("TrackingId \(Sample.trackingID)"))
        #expect(!Sample.remedy().lines(for: failure).isEmpty)
    }

    @Test func `the operation errors of an ApiFault have no name`() throws {
        let start =
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Server"
        let text =
            start + """
                </faultcode><faultstring xml:lang="en-US">Invalid client data.</faultstring><detail>\
                <ApiFault xmlns="https://bingads.microsoft.com/Customer/v13"><TrackingId>T1</TrackingId><OperationErrors \
                xmlns:a="https://bingads.microsoft.com/Customer/v13/Exception"><a:OperationError><a:Code>1001</a:Code>\
                <a:Details>UserId</a:Details><a:Message>The user id is wrong.</a:Message></a:OperationError>\
                <a:OperationError><a:Code>1002</a:Code><a:Message>So is this.</a:Message></a:OperationError>\
                </OperationErrors></ApiFault></detail></s:Fault></s:Body></s:Envelope>
                """
        let failure = try failure(ReplyTests.reply(text, .soap, status: 500))
        #expect(
            "\(failure)"
                == "Microsoft Advertising says error 1001: The user id is wrong: UserId; error 1002: So is this; TrackingId T1"
        )
    }

    @Test func `a fault with an unknown detail keeps its text and the TrackingId of the header`() throws {
        let text = """
            <E><Header><TrackingId>T2</TrackingId></Header><Body><Fault><faultcode>s:Client</faultcode>\
            <faultstring>Not understood.</faultstring></Fault></Body></E>
            """
        let failure = try failure(ReplyTests.reply(text, .soap, status: 500))
        #expect("\(failure)" == "Microsoft Advertising says HTTP 500: Not understood; TrackingId T2")
        #expect(failure.meaning == .final)
    }

    @Test(arguments: [200, 400, 401, 403, 500])
    func `a REST fault is recognized with any HTTP status`(_ status: Int) throws {
        let failure = try failure(ReplyTests.reply(Self.rest(106, "UserIsNotAuthorized"), .rest, status: status))
        #expect(
            "\(failure)"
                == "Microsoft Advertising says UserIsNotAuthorized (106): As told; TrackingId \(Sample.trackingID)")
        #expect(failure.meaning == .final)
    }

    @Test func `the other two forms of REST faults are parsed, with the TrackingId of the HTTP header`() throws {
        for list in ["OperationErrors", "BatchErrors"] {
            let text = #"{"Type":"ApiFault","\#(list)":[null,{"Code":"1001","Details":"d","Message":"m"}]}"#
            let failure = try failure(ReplyTests.reply(text, .rest, status: 400, trackingID: "T3"))
            #expect("\(failure)" == "Microsoft Advertising says error 1001: m: d; TrackingId T3")
        }
    }

    @Test func `a missing TrackingId is mentioned`() throws {
        let failure = try failure(ReplyTests.reply(#"{"Errors":[{"Code":106}]}"#, .rest, status: 500))
        #expect("\(failure)" == "Microsoft Advertising says UserIsNotAuthorized (106); it sent no TrackingId")
    }

    @Test func `secrets of the request that a fault quotes are masked`() throws {
        let text = #"{"Errors":[{"Code":105,"Message":"\#(String(repeating: "x", count: 390))\#(Sample.accessToken) "#
        let quoting = text + #"\#u{1b}[2J","Detail":"key \#(Sample.developerToken)"}]}"#
        let failure = try failure(ReplyTests.reply(quoting.replacing("\u{1b}", with: "\\u001b"), .rest, status: 401))
        #expect(!"\(failure)".contains("EwAcc") && !"\(failure)".contains(Sample.developerToken))
        #expect("\(failure)".contains("key <secret>") && !"\(failure)".contains("\u{1b}"))
    }

    @Test(arguments: [0, 100, 105, 106, 108, 109, 116, 117, 119, 120, 122, 123, 124, 125, 126, 208, 1029, 1030, 1102])
    func `every known code has its name and a remedy of its own`(_ code: Int) throws {
        let failure = try failure(ReplyTests.reply(#"{"Errors":[{"Code":\#(code)}]}"#, .rest, status: 500))
        #expect("\(failure)".contains(" says ") && !"\(failure)".contains("error \(code)"))
        let lines = Sample.remedy().lines(for: failure)
        let unlisted = Sample.remedy().lines(for: .fault(ServiceFault(status: 500, entries: [.init(code: 4711)])))
        #expect(!lines.isEmpty && lines != unlisted)
        #expect(lines.allSatisfy { !$0.hasSuffix(".") })
    }

    private func remedy(_ code: Int?, name: String? = nil, status: Int = 400, calling operation: String?) -> [String] {
        var remedy = Sample.remedy()
        if let operation { remedy.request = .call(.campaignManagement, operation) }
        return remedy.lines(for: .fault(ServiceFault(status: status, entries: [.init(code: code, name: name)])))
    }

    @Test func `a fault of a request that a person wrote isn't called a defect of valetkey`() {
        let (own, called) = (remedy(100, calling: nil), remedy(100, calling: "GetCampaignsByAccountId"))
        #expect(own.contains { $0.contains("defect of valetkey") } && own.count == 1)
        #expect(called.first?.contains("isn't what GetCampaignsByAccountId takes") == true)
        #expect(!called.contains { $0.contains("defect") })
    }

    @Test func `a user without a role is told to choose another account only where one was chosen`() {
        #expect(remedy(106, calling: "GetUser").contains { $0.contains("valetkey ads accounts ads") })
        #expect(!remedy(106, calling: nil).contains { $0.contains("valetkey ads") })
        #expect(remedy(106, calling: nil).contains { $0.contains("valetkey login ads") })
    }

    @Test(
        arguments: [
            (119, nil), (208, nil), (1029, nil), (1030, nil), (1102, nil), (4711, "SomeInvalidAccountId"),
            (nil, "CustomerIdHasToBeSpecified"),
        ] as [(Int?, String?)])
    func `a fault about the account or the customer says where both ids are listed`(_ code: Int?, _ name: String?) {
        let lines = remedy(code, name: name, calling: "GetCampaignsByAccountId")
        #expect(lines.first?.contains("valetkey ads accounts ads lists both ids") == true)
    }

    @Test(
        arguments: [
            ("GetCampaignsByAcountId", 404, "did you mean GetCampaignsByAccountId?"),
            ("GetUser", 404, "is an operation of CustomerManagement: valetkey ads call ads CustomerManagement GetUser"),
            ("GetUserr", 500, "did you mean GetUser of CustomerManagement?"),
            ("Campaign/QueryByIds", 405, "did you mean Campaigns/QueryByIds?"),
            ("FetchEverythingThatThereIs", 404, "take the name from the service's reference"),
        ])
    func `an operation that the service doesn't know gets the nearest name`(
        _ name: String, _ status: Int, _ words: String
    ) {
        var remedy = Sample.remedy()
        remedy.request = .call(.campaignManagement, name)
        let page = CallFailure.unreadable(UnreadableReply(status: status, reason: "no fault"))
        let fault = CallFailure.fault(ServiceFault(status: status, entries: [.init(code: nil, message: "No.")]))
        for failure in [page, fault] {
            #expect(remedy.lines(for: failure).count == 1 && remedy.lines(for: failure)[0].contains(words))
        }
    }

    @Test func `a known operation, another status, or a fault with a code is explained as before`() {
        var remedy = Sample.remedy()
        let page = { (status: Int) in CallFailure.unreadable(UnreadableReply(status: status, reason: "no fault")) }
        for name in ["GetCampaignsByAccountId", "Campaigns/QueryByAccountId"] {
            remedy.request = .call(.campaignManagement, name)
            #expect(remedy.lines(for: page(404))[0].contains("a proxy or a sign-in page"))
        }
        remedy.request = .call(.campaignManagement, "GetCampaignsByAcountId")
        #expect(remedy.lines(for: page(401)) == ["consent again: valetkey login ads"])
        #expect(remedy.guess(after: .fault(ServiceFault(status: 404, entries: [.init(code: 106)]))) == nil)
        remedy.request = .own
        #expect(remedy.guess(after: page(404)) == nil)
    }

    @Test func `an unknown code is shown with where to look it up`() throws {
        let failure = try failure(ReplyTests.reply(Self.rest(4711, "NewThing"), .rest, status: 400))
        #expect("\(failure)".contains("NewThing (4711)"))
        #expect(Sample.remedy().lines(for: failure).contains { $0.contains("look the code up") })
    }

    @Test func `the remedy of 105 names its usual causes, first the scope if that is wrong`() {
        let failure = CallFailure.fault(ServiceFault(status: 500, entries: [.init(code: 105)]))
        let usual = Sample.remedy(environment: .sandbox).lines(for: failure)
        #expect(
            usual.map { String($0.prefix { $0 != ":" }) } == ["the identity", "the environment", "the developer token"])
        #expect(usual[1].contains("for production, use microsoft-advertising"))
        let scope = Sample.remedy(scope: ["https://ads.microsoft.com/ads.manage"]).lines(for: failure)
        #expect(
            scope.count == 4 && scope[0].hasPrefix("the scope: this token has https://ads.microsoft.com/ads.manage"))
        #expect(Sample.remedy(isGoogle: true).lines(for: failure)[0].contains("Google account"))
    }

    @Test func `the remedy of 126 sends a Google user to the Microsoft preset, and the other way round`() {
        let failure = CallFailure.fault(ServiceFault(status: 500, entries: [.init(code: 126)]))
        #expect(Sample.remedy(isGoogle: true).lines(for: failure)[0].contains("the preset microsoft-advertising,"))
        #expect(Sample.remedy().lines(for: failure)[1].contains("microsoft-advertising-google"))
    }

    // D10
    @Test(
        arguments: [
            ([4711, 109], .tokenExpired), ([105, 109], .tokenExpired), ([4711, 117], .tooManyCalls(.seconds(60))),
            ([117, 109], .tokenExpired), ([4711, 105], .final), ([nil, 109], .tokenExpired),
        ] as [([Int?], CallFailure.Meaning)])
    func `an expired token's code may be anywhere in the list`(_ codes: [Int?], _ meaning: CallFailure.Meaning) throws {
        let errors = codes.map { "{\"Code\":\($0.map { "\($0)" } ?? "null")}" }.joined(separator: ",")
        let failure = try failure(ReplyTests.reply(#"{"Errors":[\#(errors)]}"#, .rest, status: 400))
        #expect(failure.meaning == meaning)
    }

    // D10
    @Test(
        arguments: [
            (400, #"{"message":"It is \u001b[1mclosed."}"#, "It is [1mclosed", "mend what the message"),
            (400, #"{"error":{"code":"Bad","message":"No such page."}}"#, "No such page", "mend what the message"),
            (401, #"{"error":"invalid_token","error_description":"Old."}"#, "invalid_token: Old", "consent again"),
            (403, #"{"title":"Forbidden","detail":"Not here."}"#, "Not here", "proxy"),
            (503, #"{"Message":"Back at noon."}"#, "Back at noon", "try again later"),
        ])
    func `a refusal in other members is shown in the service's own words`(
        _ status: Int, _ body: String, _ words: String, _ advice: String
    ) throws {
        let failure = try failure(ReplyTests.reply(body, .rest, status: status))
        #expect("\(failure)".hasPrefix("Microsoft Advertising says ") && "\(failure)".contains(words))
        #expect(Sample.remedy().lines(for: failure).contains { $0.contains(advice) })
        #expect(failure.isPassing == (status >= 500))
        #expect((failure.meaning == .tokenExpired) == (status == 401))
    }

    @Test func `a refusal without any text isn't a fault`() throws {
        for body in ["{}", #"{"message":""}"#, "[]", #"{"Errors":[]}"#] {
            let failure = try failure(ReplyTests.reply(body, .rest, status: 400))
            guard case .unreadable = failure else {
                Issue.record("\(body): \(failure)")
                continue
            }
        }
    }

    @Test func `secrets that a refusal in other members echoes are masked`() throws {
        let echoes = [Sample.accessToken, String(Sample.accessToken.dropFirst(3)), Sample.developerToken.uppercased()]
        for echo in echoes {
            let failure = try failure(ReplyTests.reply(#"{"message":"bad \#(echo)"}"#, .rest, status: 400))
            #expect("\(failure)".contains("bad <secret>"))
        }
    }

    /// Status, code, and what the caller should do.
    @Test(
        arguments: [
            (500, 109, .tokenExpired), (200, 109, .tokenExpired), (401, nil, .tokenExpired), (401, 105, .final),
            (500, 105, .final), (500, 117, .tooManyCalls(.seconds(60))), (429, nil, .tooManyCalls(.seconds(60))),
            (429, 207, .tooManyCalls(.seconds(60))), (500, nil, .final), (403, 106, .final),
        ] as [(Int, Int?, CallFailure.Meaning)])
    func `the code decides what to do, and the status if there is none`(
        _ status: Int, _ code: Int?, _ meaning: CallFailure.Meaning
    ) {
        #expect(CallFailure.fault(ServiceFault(status: status, entries: [.init(code: code)])).meaning == meaning)
    }

    @Test func `a 401 or 429 with an unknown body means the same`() throws {
        let expired = try failure(ReplyTests.reply("", .rest, status: 401, type: "text/html"))
        #expect(expired.meaning == .tokenExpired)
        let busy = try failure(ReplyTests.reply("", .rest, status: 429, retryAfter: .seconds(7)))
        #expect(busy.meaning == .tooManyCalls(.seconds(7)) && busy.isPassing)
    }
}
