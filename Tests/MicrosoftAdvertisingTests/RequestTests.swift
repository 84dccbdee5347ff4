import Foundation
import HTTPTransport
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import OAuth
import Testing
import Text

struct RequestTests {
    private let search = CustomerOperation.searchAccounts(userID: "10001", page: .init(index: 0, size: 10))

    private func call(
        _ serviceProtocol: ServiceProtocol, _ operation: CustomerOperation, _ credentials: ServiceCredentials
    ) throws -> HTTPCall {
        try ServiceRequest(address: ServiceAddress(.production), serviceProtocol: serviceProtocol)
            .call(operation, credentials)
    }

    @Test(arguments: ["bingads-soap-getuser.nil.envelope.xml", "bingads-soap-searchaccounts.envelope.xml"])
    func `a SOAP envelope is equivalent to the SDK's`(_ name: String) throws {
        let operation = name.contains("search") ? search : .getUser
        let ours = try CanonicalXML.lines(call(.soap, operation, Sample.credentials).body)
        #expect(try ours == CanonicalXML.lines(Fixture.text(name)))
    }

    @Test func `the quick start's envelope differs from ours only in version and order of headers`() throws {
        let old = try Fixture.text("seed-v12-getuser-quickstart.envelope.xml")
            .replacing("{0}", with: Sample.developerToken).replacing("{1}", with: Sample.accessToken)
        let theirs = try CanonicalXML.lines(old, replacing: "Customer/v12", with: "Customer/v13")
        let ours = try CanonicalXML.lines(call(.soap, .getUser, Sample.credentials).body)
        #expect(ours.sorted() == theirs.sorted())
    }

    @Test func `the quick start's SearchAccounts has our predicates and page, besides nil elements`() throws {
        let old = try Fixture.text("seed-v12-searchaccounts-dotnet.envelope.xml")
            .replacing("OAuthAccessTokenGoesHere", with: Sample.accessToken)
            .replacing("DeveloperTokenGoesHere", with: Sample.developerToken)
            .replacing("UserIdGoesHere", with: "10001")
        let theirs = try CanonicalXML.lines(old, replacing: "Customer/v12", with: "Customer/v13").filter {
            !$0.hasSuffix(" nil")
        }
        #expect(try CanonicalXML.lines(call(.soap, search, Sample.credentials).body) == theirs)
    }

    @Test(arguments: ["msads-rest-getuser.request.http", "msads-rest-searchaccounts.request.http"])
    func `a REST request has the SDK's path, headers and body`(_ name: String) throws {
        let theirs = try Fixture.request(name)
        let ours = try call(.rest, name.contains("search") ? search : .getUser, Sample.credentials)
        #expect(ours.method.rawValue == theirs.method)
        #expect(ours.url == "https://clientcenter.api.bingads.microsoft.com" + theirs.path)
        for header in ours.headers { #expect(theirs.headers[header.name.lowercased()] == header.value) }
        let names = Set(ours.headers.map { $0.name.lowercased() })
        #expect(names.isSuperset(of: ["authorization", "developertoken", "content-type", "accept"]))
        let bodies = try [ours.body, theirs.body].map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary)
        }
        #expect(bodies[0] == bodies[1])
    }

    @Test(arguments: [
        (AdvertisingEnvironment.production, "https://clientcenter.api.bingads.microsoft.com/"),
        (.sandbox, "https://clientcenter.api.sandbox.bingads.microsoft.com/"),
    ])
    func `each environment has its own address`(_ environment: AdvertisingEnvironment, _ base: String) throws {
        for serviceProtocol in ServiceProtocol.allCases {
            let request = ServiceRequest(address: ServiceAddress(environment), serviceProtocol: serviceProtocol)
            let path =
                serviceProtocol == .rest
                ? "CustomerManagement/v13/User/Query" : "Api/CustomerManagement/v13/CustomerManagementService.svc"
            let call = try request.call(.getUser, Sample.credentials)
            #expect(call.url == base + path)
            #expect(!call.isDirect)
        }
    }

    @Test func `the identity provider is sent in both protocols for a Google user, and never for others`() throws {
        var google = Sample.credentials
        google.identityProvider = "Google"
        #expect(try call(.rest, .getUser, google).headers.contains { $0 == ("IdentityProvider", "Google") })
        #expect(try !call(.rest, .getUser, Sample.credentials).headers.contains { $0.name == "IdentityProvider" })
        let header = try CanonicalXML.lines(call(.soap, .getUser, google).body)
        #expect(
            header.contains { $0.hasSuffix("{https://bingads.microsoft.com/Customer/v13}IdentityProvider = Google") })
        #expect(try !call(.soap, .getUser, Sample.credentials).body.contains("IdentityProvider"))
    }

    @Test func `characters with a meaning in XML are escaped`() throws {
        var credentials = Sample.credentials
        credentials.accessToken = Secret("a<b>&\"c'")
        let lines = try CanonicalXML.lines(call(.soap, .getUser, credentials).body)
        #expect(lines.contains { $0.hasSuffix("}AuthenticationToken = a<b>&\"c'") })
    }

    @Test(arguments: ["http://ads.example", "ftp://127.0.0.1", "https://user@ads.example", "ads.example"])
    func `a base URL that would leak the token is refused`(_ text: String) {
        #expect(throws: EndpointFault.self) { try ServiceAddress(text) }
    }

    @Test func `a Header element contains the ids only for services that have customers`() throws {
        let elements = ["AuthenticationToken", "CustomerAccountId", "CustomerId", "DeveloperToken"].map {
            SOAPHeader.Element(name: $0, value: "<\($0)>")
        }
        let header = try CanonicalXML.lines(SOAPHeader(service: .campaignManagement, elements: elements).text())
        let soap = "{http://schemas.xmlsoap.org/soap/envelope/}Header"
        #expect(
            header == [soap]
                + elements.flatMap {
                    let path = "\(soap)/{https://bingads.microsoft.com/CampaignManagement/v13}\($0.name)"
                    return [path, "\(path) = \($0.value)"]
                })
        let customer = try SOAPHeader(service: .customerManagement, elements: elements).text()
        #expect(!customer.contains("CustomerId") && customer.contains("https://bingads.microsoft.com/Customer/v13"))
    }
}
