import FoundationEssentials
import OAuth
import Text

/// The device authorization response (RFC 8628 section 3.2).
struct DeviceReply: Encodable, Sendable {
    let deviceCode: String
    let userCode: String
    let verificationUri: String
    let verificationUriComplete: String
    let expiresIn: Int
    let interval: Int
}

extension AuthorizationState {
    /// Handles a device authorization request (RFC 8628 section 3.1).
    mutating func deviceAuthorization(
        _ form: Form, authorization: String?, now: Date
    ) throws(ServerRefusal) -> DeviceReply {
        sweep(now: now)
        guard !form.hasRepetitions else { throw ServerRefusal(.invalidRequest, "a parameter is repeated") }
        let client = try authenticate(form, authorization: authorization)
        let scope = try requestedScope(form["scope"])
        let (deviceCode, userCode) = (settings.makeToken(), RandomToken.userCode())
        devices[TokenID(deviceCode)] = DeviceRecord(
            clientID: client.id, scope: scope, resources: try requestedResources(form), userCode: userCode,
            expires: now + settings.deviceCodeLife.timeInterval, interval: settings.devicePollInterval)
        return DeviceReply(
            deviceCode: deviceCode, userCode: userCode, verificationUri: issuer + "/device",
            verificationUriComplete: issuer + "/device?" + FormEncoding.encode([FormField("user_code", userCode)]),
            expiresIn: Int(settings.deviceCodeLife.components.seconds),
            interval: Int(settings.devicePollInterval.components.seconds))
    }

    /// Handles a user code that the user has typed, or that was in a link.
    mutating func enter(userCode text: String, now: Date) -> PageOutcome {
        sweep(now: now)
        let typed = text.uppercased().filter(\.isLetter)
        let found = devices.first { _, device in
            device.userCode.filter(\.isLetter) == typed && device.expires > now && device.isOpen
        }
        guard let (id, device) = found, let client = settings.client(device.clientID) else {
            return .notice(.unknownUserCode)
        }
        return .signIn(
            open(
                .device(id, userCode: device.userCode), client: client, scope: device.scope, life: settings.pageLife,
                now: now))
    }

    /// Handles a poll of a device at the token endpoint (RFC 8628 sections 3.4 and 3.5).
    mutating func poll(
        _ form: Form, by client: RegisteredClient, key: String?, now: Date
    ) throws(ServerRefusal) -> TokenResponse {
        guard let code = form["device_code"] else { throw ServerRefusal(.invalidRequest, "device_code is missing") }
        let id = TokenID(code)
        guard let device = devices[id], device.clientID == client.id else {
            throw ServerRefusal(.invalidGrant, "the device code is not known")
        }
        guard device.expires > now else { throw ServerRefusal(.expiredToken, "the device code has expired") }
        devices[id]?.polled = now
        if let polled = device.polled, now < polled + device.interval.timeInterval {
            devices[id]?.interval += .seconds(5)
            throw ServerRefusal(.slowDown, "the device asks too often")
        }
        switch device.decision {
        case .open: throw ServerRefusal(.authorizationPending, "the user has not answered yet")
        case .denied:
            devices[id] = nil
            throw ServerRefusal(.accessDenied, "the user denied access")
        case .allowed(let user):
            devices[id] = nil
            let issued = IssuedGrant(
                clientID: client.id, user: user, scope: device.scope, boundTo: key, resources: device.resources)
            let target = try redeemedTarget(form, of: issued)
            return issue(grant: addGrant(issued), target, refreshable: true, now: now)
        }
    }
}

extension DeviceRecord {
    fileprivate var isOpen: Bool {
        if case .open = decision { true } else { false }
    }
}
