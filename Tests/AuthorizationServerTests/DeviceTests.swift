import FoundationEssentials
import OAuth
import Testing
import Text

@testable import AuthorizationServer

@Suite struct DeviceTests {
    private struct Start: Decodable {
        let deviceCode: String
        let userCode: String
        let verificationUriComplete: String
        let interval: Int
    }

    private static func start(_ lab: Lab) throws -> Start {
        let reply = lab.post("/device_authorization", ["client_id": "desk", "scope": "profile"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Start.self, from: Data(reply.body.utf8))
    }

    private static func poll(_ lab: Lab, _ start: Start, by client: String = "desk") -> WebReply {
        lab.post(
            "/token",
            ["grant_type": AuthorizationState.deviceGrantType, "device_code": start.deviceCode, "client_id": client])
    }

    @Test func `a device gets its tokens once its user has consented`() throws {
        let lab = Lab()
        let start = try Self.start(lab)
        #expect(start.interval == 5)
        #expect(Self.poll(lab, start).error == "authorization_pending")
        let page = lab.get("/device", [FormField("user_code", start.userCode.lowercased())])
        #expect(page.body.contains(start.userCode))
        let done = lab.answer(page)
        #expect(done.status == 200)
        #expect(done.body.contains("Your device is connected"))
        lab.now += 5
        let tokens = Self.poll(lab, start).tokens
        #expect(lab.isAlive(tokens.accessToken))
        #expect(tokens.refreshToken != nil)
        lab.now += 5
        #expect(Self.poll(lab, start).error == "invalid_grant")
    }

    // DEVICE-2
    @Test func `a device that polls too often must slow down for good`() throws {
        let lab = Lab()
        let start = try Self.start(lab)
        _ = Self.poll(lab, start)
        lab.now += 4
        #expect(Self.poll(lab, start).error == "slow_down")
        lab.now += 9
        #expect(Self.poll(lab, start).error == "slow_down")
        lab.now += 15
        #expect(Self.poll(lab, start).error == "authorization_pending")
    }

    @Test func `a device is told of a refusal, and of its code's expiry`() throws {
        let lab = Lab()
        let (refused, late) = (try Self.start(lab), try Self.start(lab))
        _ = lab.answer(lab.get("/device", [FormField("user_code", refused.userCode)]), decision: "deny")
        #expect(Self.poll(lab, refused).error == "access_denied")
        lab.now += 600
        #expect(Self.poll(lab, late).error == "expired_token")
        #expect(lab.get("/device", [FormField("user_code", late.userCode)]).status == 400)
    }

    @Test func `an unknown user code is asked for again, and another client gets nothing`() throws {
        let lab = Lab()
        let start = try Self.start(lab)
        #expect(lab.get("/device", [FormField("user_code", "BBBB-BBBB")]).body.contains("not known"))
        #expect(lab.get("/device").body.contains("name=\"user_code\""))
        let other = lab.post(
            "/token", ["grant_type": AuthorizationState.deviceGrantType, "device_code": start.deviceCode],
            basic: ("deskc", "looking-glass"))
        #expect(other.error == "invalid_grant")
    }

    @Test func `a user code can be used once`() throws {
        let lab = Lab()
        let start = try Self.start(lab)
        _ = lab.answer(lab.get("/device", [FormField("user_code", start.userCode)]), decision: "deny")
        #expect(lab.get("/device", [FormField("user_code", start.userCode)]).status == 400)
    }
}
