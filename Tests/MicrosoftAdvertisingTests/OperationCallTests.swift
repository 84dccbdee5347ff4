import Foundation
import HTTPTransport
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import Testing
import Text

struct OperationCallTests {
    private static var credentials: ServiceCredentials {
        var credentials = Sample.credentials
        (credentials.customerID, credentials.customerAccountID) = ("333", "444111")
        return credentials
    }

    private static let namespace = "https://bingads.microsoft.com/CampaignManagement/v13"

    private func operation(
        _ body: String, _ serviceProtocol: ServiceProtocol = .rest, named name: String = "GetCampaignsByAccountId",
        of service: AdvertisingService = .campaignManagement, in environment: AdvertisingEnvironment = .production
    ) throws -> OperationCall {
        try OperationCall(
            service, name, body: Array(body.utf8), serviceProtocol: serviceProtocol,
            address: ServiceAddress(environment, of: service))
    }

    @Test func `a REST call has the caller's body and all headers`() throws {
        let body = #"{"AccountId": "444111", "CampaignType": "Search"}"#
        let call = try operation(body + "\n").request(Self.credentials)
        #expect(call.method == .post && call.body == body)
        #expect(
            call.url == "https://campaign.api.bingads.microsoft.com/CampaignManagement/v13/Campaigns/QueryByAccountId")
        let headers = Dictionary(uniqueKeysWithValues: call.headers.map { ($0.name, $0.value) })
        #expect(
            headers == [
                "Content-Type": "application/json", "Accept": "application/json",
                "Authorization": "Bearer \(Sample.accessToken)", "DeveloperToken": Sample.developerToken,
                "CustomerId": "333", "CustomerAccountId": "444111",
            ])
    }

    @Test func `a service without customers gets no customer headers; an empty body is an empty object`() throws {
        let call = try operation(" ", named: "GetUser", of: .customerManagement, in: .sandbox).request(Self.credentials)
        #expect(call.url == "https://clientcenter.api.sandbox.bingads.microsoft.com/CustomerManagement/v13/User/Query")
        #expect(call.body == "{}" && !call.headers.contains { $0.name.hasPrefix("Customer") })
        #expect(
            try operation("{}", named: "DeleteUser", of: .customerManagement).request(Self.credentials).method
                == .delete)
    }

    @Test func `a SOAP call has the envelope of the quick start, with its Action`() throws {
        let namespace = "https://bingads.microsoft.com/CampaignManagement/v13"
        let element = """
            <GetCampaignsByAccountIdRequest xmlns="\(namespace)"><AccountId>444111</AccountId><CampaignType>Search\
            </CampaignType></GetCampaignsByAccountIdRequest>
            """
        for body in [element, "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\(element)\n"] {
            let call = try operation(body, .soap).request(Self.credentials)
            #expect(
                call.url == "https://campaign.api.bingads.microsoft.com/Api/Advertiser/CampaignManagement/v13/"
                    + "CampaignManagementService.svc")
            #expect(call.headers.contains { $0 == ("SOAPAction", "\"GetCampaignsByAccountId\"") })
            let page = """
                <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header xmlns="\(namespace)">
                <Action mustUnderstand="1">GetCampaignsByAccountId</Action>
                <AuthenticationToken>\(Sample.accessToken)</AuthenticationToken>
                <CustomerAccountId>444111</CustomerAccountId><CustomerId>333</CustomerId>
                <DeveloperToken>\(Sample.developerToken)</DeveloperToken></s:Header>
                <s:Body>\(element)</s:Body></s:Envelope>
                """
            #expect(try CanonicalXML.lines(call.body) == CanonicalXML.lines(page))
            #expect(call.body.contains("<Action mustUnderstand=\"1\">GetCampaignsByAccountId</Action>"))
        }
    }

    @Test(arguments: [
        ("GetCampaigns", "[]", ServiceProtocol.rest, CallMistake.notJSON), ("GetCampaigns", "<x/>", .rest, .notJSON),
        ("campaigns", "{}", .rest, .noOperation("campaigns")), ("/", "{}", .rest, .noOperation("")),
        ("A/B", "<x/>", .soap, .noOperation("A/B")),
        ("GetUser", "", .soap, .notXML("it is empty")),
        ("GetUser", "{}", .soap, .notXML("it is a body that isn't XML")),
        ("GetUser", "<!DOCTYPE x><x/>", .soap, .notXML("it is XML with a document type, which SOAP forbids")),
        ("GetUser", "<s:Envelope xmlns:s=\"x\"><s:Body/></s:Envelope>", .soap, .envelope("GetUser")),
        ("GetUser", "<?xml version=\"1.0\"?><Envelope/>", .soap, .envelope("GetUser")),
        ("GetUser", "<s:Body xmlns:s=\"x\"><GetUserRequest/></s:Body>", .soap, .envelope("GetUser")),
        ("GetUser", "<Header/>", .soap, .envelope("GetUser")),
        ("GetUser", "<!-- <GetUserRequest/> --><GetUser/>", .soap, .otherElement("GetUser", "GetUser")),
        ("GetUser", "<GetUserRequest/>", .soap, .otherNamespace(nil, Self.namespace)),
        ("GetUser", "<v:GetUserRequest xmlns=\"\(Self.namespace)\"/>", .soap, .otherNamespace(nil, Self.namespace)),
        (
            "GetUser", "<GetUserRequest xmlns='https://bingads.microsoft.com/CampaignManagement/v12'/>", .soap,
            .otherNamespace("https://bingads.microsoft.com/CampaignManagement/v12", Self.namespace)
        ),
    ])
    func `a mistake is reported with a remedy before anything is sent`(
        _ name: String, _ body: String, _ serviceProtocol: ServiceProtocol, _ mistake: CallMistake
    ) throws {
        let thrown = #expect(throws: CallMistake.self) { try operation(body, serviceProtocol, named: name) }
        #expect(thrown == mistake && !mistake.hint.isEmpty && !"\(mistake)".isEmpty)
    }

    private static let request = "<GetCampaignsByAccountIdRequest xmlns=\"\(namespace)\"/>"

    @Test(arguments: [
        request,
        "<v:GetCampaignsByAccountIdRequest xmlns:v='\(namespace)' a=\"1>2\"></v:GetCampaignsByAccountIdRequest>",
        "<!-- one --><!-- <two> -->\n" + request, "<?xml version=\"1.0\"?>\n<!-- one -->" + request,
    ])
    func `the request's element may have a prefix and comments before it`(_ body: String) throws {
        #expect(try operation(body, .soap).request(Self.credentials).body.contains("GetCampaignsByAccountIdRequest"))
    }

    @Test(arguments: [
        "/Campaigns/QueryByIds", "//Campaigns/QueryByIds", "CampaignManagement/v13/Campaigns/QueryByIds",
        "/campaignmanagement/V13/Campaigns/QueryByIds", "Campaigns/QueryByIds",
    ])
    func `a path may begin with a slash, or be the whole path of the URL`(_ name: String) throws {
        #expect(
            try operation("{}", named: name).request(Self.credentials).url
                == "https://campaign.api.bingads.microsoft.com/CampaignManagement/v13/Campaigns/QueryByIds")
    }

    private func reply(_ body: String, _ status: Int, _ type: String) -> HTTPReply {
        HTTPReply(status: status, body: Array(body.utf8), headers: ["Content-Type": type])
    }

    @Test func `a result is returned unchanged, and a fault is thrown in both protocols`() throws {
        let (rest, soap) = (try operation("{}"), try operation(Self.request, .soap))
        let secrets = [Secret(Sample.accessToken)]
        #expect(try rest.read(reply(#"{"Campaigns":[]}"#, 200, "application/json"), secrets: secrets).count == 16)
        #expect(try soap.read(reply("<a>Fault</a>", 200, "text/xml"), secrets: secrets).count == 12)
        let expired = #expect(throws: CallFailure.self) {
            try rest.read(reply(#"{"Errors":[{"Code":109}]}"#, 401, "application/json"), secrets: secrets)
        }
        #expect(expired?.meaning == .tokenExpired)
        let fault = try Fixture.text("synthetic-soap-fault-109.response.xml")
        for status in [200, 500] {
            let expired = #expect(throws: CallFailure.self) {
                try soap.read(reply(fault, status, "text/xml"), secrets: secrets)
            }
            #expect(expired?.meaning == .tokenExpired)
        }
        let page = #expect(throws: CallFailure.self) { try rest.read(reply("<p>", 502, "text/html"), secrets: secrets) }
        #expect(page?.isPassing == true)
    }
}
