import Failures
import FoundationEssentials
import OAuth
import Testing

struct DevicePollingTests {
    // DEVICE-2
    @Test func `slow_down makes this and all later intervals longer`() {
        var polling = DevicePolling(interval: .seconds(5))
        let codes: [FailureCode] = [.authorizationPending, .slowDown, .temporarilyUnavailable, .slowDown]
        let steps = codes.map { code in
            let goesOn = polling.continues(after: code)
            return (goesOn, polling.interval)
        }
        #expect(steps.map(\.0) == [true, true, true, true])
        #expect(steps.map(\.1) == [5, 10, 10, 15].map(Duration.seconds))
    }

    // DEVICE-3
    @Test func `each missing reply doubles the interval, up to two minutes`() {
        var polling = DevicePolling(interval: .seconds(5))
        let codes: [FailureCode] = [.connection, .badReply, .timeout, .nameLookup, .secretUnavailable, .tls]
        let pauses = codes.map { code in
            let goesOn = polling.continues(after: code)
            #expect(goesOn)
            return polling.interval
        }
        #expect(pauses == [10, 20, 40, 80, 120, 120].map(Duration.seconds))
    }

    // DEVICE-5
    @Test(arguments: [
        "access_denied", "expired_token", "invalid_grant", "invalid_client", "invalid_request",
        "authorization_declined",
    ])
    func `a final error ends the polling`(_ word: String) {
        var polling = DevicePolling(interval: .seconds(5))
        let goesOn = polling.continues(after: FailureCode(saidByServer: word))
        #expect(!goesOn)
        #expect(polling.interval == .seconds(5))
    }
}

struct DeviceAuthorizationTests {
    private func parse(_ text: String) -> DeviceAuthorization? { DeviceAuthorization(Data(text.utf8)) }

    // DEVICE-2
    @Test func `a missing interval counts as five seconds`() throws {
        let device = try #require(
            parse(
                #"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://as.example/d","expires_in":"60"}"#)
        )
        #expect(device.interval == .seconds(5))
        #expect(device.life == .seconds(60))
        #expect(device.userCode == "AB-CD")
        #expect(device.verificationURIComplete == nil)
    }

    @Test func `the older name of the verification URI is accepted`() {
        let device = parse(
            #"{"device_code":"d","user_code":"x","verification_url":"https://as.example/d","interval":1}"#)
        #expect(device?.verificationURI.text == "https://as.example/d")
        #expect(device?.interval == .seconds(1))
    }

    // AUTHZ-7
    @Test func `text that is shown to the user contains no control characters for the terminal`() {
        let device = parse(
            #"{"device_code":"d","user_code":"A\u001b[2J\r\nB","verification_uri":"https://as.example/d"}"#)
        #expect(device?.userCode == "A [2J B")
    }

    @Test(arguments: [
        "", "{}", #"{"device_code":"d","user_code":"x","verification_uri":"javascript:alert(1)"}"#,
        #"{"device_code":"d","user_code":"x","verification_uri":"http://as.example/"}"#,
        #"{"device_code":"","user_code":"x","verification_uri":"https://as.example/"}"#,
        #"{"device_code":"d","user_code":"\u0000","verification_uri":"https://as.example/"}"#,
        #"{"device_code":"d","user_code":"x"}"#,
    ])
    func `a reply with a missing member or an unsafe address is invalid`(_ text: String) {
        #expect(parse(text) == nil)
    }
}
