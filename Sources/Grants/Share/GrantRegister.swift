package import Register

/// The register that the hosts of a fleet share, as the keeper of grants sees it: records instead of sealed octets.
package protocol GrantRegister: Sendable {
    /// Performs a request within a bounded time. The engine's time is nil where there was no reply.
    func perform(_ call: RegisterCall) async -> (RegisterReply, EngineTime?)

    /// What other hosts write. The stream never ends by itself and has one consumer.
    var changes: AsyncStream<GrantRegisterChange> { get }
}

package enum GrantRegisterChange: Sendable {
    case value(SharedReading, of: ShareKey)
    /// Everything that the register holds, after its changes could not be followed.
    case resynced([ShareKey: SharedReading], time: EngineTime)
}

/// What makes a host a member of a fleet.
package struct FleetMembership: Sendable {
    package var fleet: Fleet
    package var register: any GrantRegister

    package init(fleet: Fleet, register: any GrantRegister) {
        self.fleet = fleet
        self.register = register
    }
}
