import HTTPTransport
import MicrosoftAdvertisingService
import Text

extension FuzzTarget {
    static let soapReply = FuzzTarget("soap-reply", samples: soapReplies) { (input: [UInt8]) in
        for status in [200, 500] {
            let reply = ServiceReply(HTTPReply(status: status, body: input), .soap, secrets: [Secret(canary)])
            do {
                let accounts = try reply.accounts()
                try hold(accounts.allSatisfy { Int64($0.id) != nil }, "an account's id is a number")
            } catch let failure as CallFailure {
                try holdPrintable("\(failure)".split(separator: "\n").joined())
                try hold(!"\(failure)".contains(canary), "what is shown has no secret")
            }
            _ = try? reply.user()
        }
    }

    private static let soapReplies = [
        envelope(
            """
            <SearchAccountsResponse xmlns="u:c"><Accounts xmlns:a="u:e"><a:AdvertiserAccount><a:Id>1</a:Id>\
            <a:Name>A &amp; B</a:Name><a:Number i:nil="true"/></a:AdvertiserAccount></Accounts></SearchAccountsResponse>
            """),
        envelope(
            """
            <GetUserResponse><User><Id>10001</Id><Name><FirstName><![CDATA[<Ada>]]></FirstName></Name></User>\
            <CustomerRoles><CustomerRole><RoleId>41</RoleId><CustomerId>2</CustomerId></CustomerRole></CustomerRoles>\
            </GetUserResponse>
            """),
        envelope(
            """
            <s:Fault><faultstring xml:lang="en">Invalid &#x22;\(canary)&#34;</faultstring><detail><AdApiFaultDetail>\
            <Errors><AdApiError><Code>109</Code><!-- why --><Message>Expired</Message></AdApiError></Errors>\
            </AdApiFaultDetail></detail></s:Fault>
            """),
    ]

    private static func envelope(_ body: String) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s='u:s' xmlns:i="u:i"><s:Header><TrackingId>t</TrackingId>\
        </s:Header><s:Body>\(body)</s:Body></s:Envelope>
        """
    }
}
