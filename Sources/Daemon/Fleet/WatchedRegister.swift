import Grants
import Register
import Synchronization

/// A register whose requests are counted, and whose losses are reported once each.
final class WatchedRegister: GrantRegister {
    private let register: any GrantRegister
    private let time: any Timekeeper
    private let observer: @Sendable (StoreEvent) -> Void
    private let state: Mutex<RegisterTally>

    init(_ member: FleetMembership, time: any Timekeeper, observer: @escaping @Sendable (StoreEvent) -> Void) {
        register = member.register
        self.time = time
        self.observer = observer
        state = Mutex(RegisterTally(run: member.fleet.run))
    }

    var tally: RegisterTally { state.withLock { $0 } }

    func perform(_ call: RegisterCall) async -> (RegisterReply, EngineTime?) {
        let sent = time.instant()
        let (reply, engineTime) = await register.perform(call)
        // A request that its caller has given up says nothing of the register.
        if Task.isCancelled, case .failed = reply { return (reply, engineTime) }
        if let event = state.withLock({ $0.note(reply, to: call, sent: sent, now: time.now()) }) { observer(event) }
        return (reply, engineTime)
    }

    var changes: AsyncStream<GrantRegisterChange> { register.changes }
}
