import APIServer
import AuthorizationClient
import Grants
import Secrets
import Text
import VendorServices

/// The connected parts of the daemon. The program and the tests use the same, with different surroundings.
struct Parts: Sendable {
    let events: EventBus
    let keeper: GrantKeeper
    let consents: Consents
    let reloader: Reloader
    /// nil where the store seals nothing.
    let keys: KeyHolder?
    let sockets: ExtraSockets
    let policy = SandboxPolicy()
    let tokenFiles: TokenFiles
    let api: DaemonAPI
    let client: ServerClient
    /// nil where nothing is shared with other hosts.
    let presence: FleetPresence?
    private let register: WatchedRegister?
    private let surroundings: Surroundings
    private let log: EventLog
    private let decisions: DecisionLog
    private let notifier: Notifier
    private let eventCommand: EventCommand
    private let counts: EventCounts
    private let configurations: EventFollower
    private let endedConsents: EventFollower

    init(_ surroundings: Surroundings) {
        let (time, clock) = (surroundings.time, surroundings.clock)
        let events = EventBus(time: time)
        self.events = events
        self.surroundings = surroundings
        log = EventLog(events, log: surroundings.log)
        notifier = Notifier(events, environment: surroundings.environment, clock: clock, log: surroundings.log)
        eventCommand = EventCommand(events, environment: surroundings.environment, clock: clock, log: surroundings.log)
        counts = EventCounts(events)
        configurations = EventFollower(events) { event in
            if case .configuration = event.change { true } else { false }
        }
        let registrations = Registrations(
            store: surroundings.sealing?.store,
            client: RegistrationClient(transport: surroundings.transport, time: time))
        let secrets = SecretReader(
            environment: surroundings.environment, clock: clock, registered: registrations.secret)
        client = ServerClient(transport: surroundings.transport, secrets: secrets, time: time)
        let tokenEndpoint = TokenEndpoint(client: client, time: time, catalogue: surroundings.catalogue)
        let revocation = Revocation(client: client, clock: clock)
        var membership = surroundings.sharing?.membership
        register = membership.map { member in
            WatchedRegister(member, time: time) { events.publish(.store($0)) }
        }
        if let register { membership?.register = register }
        keeper = GrantKeeper(
            time: time, store: surroundings.store, refresher: tokenEndpoint, revoker: revocation,
            sharing: membership,
            observer: { account, event in events.publish(.grant(event), account: account) })
        decisions = DecisionLog(events, keeper: keeper, time: time, log: surroundings.log)
        consents = Consents(
            keeper: keeper, tokenEndpoint: tokenEndpoint, time: time, clock: clock, group: surroundings.loops,
            observer: { account, event in events.publish(.consent(event), account: account) })
        sockets = ExtraSockets(places: surroundings.extraPlaces, log: surroundings.log)
        keys = surroundings.sealing.map {
            KeyHolder($0.opened, sources: $0.sources, store: $0.store, events: events, time: time)
        }
        endedConsents = EventFollower(events) { event in
            if case .grant(.consentRequired) = event.change { true } else { false }
        }
        tokenFiles = TokenFiles(
            keeper: keeper,
            places: TokenFilePlaces(environment: surroundings.environment, state: surroundings.state), time: time,
            clock: clock, observer: { account, event in events.publish(.tokenFile(event), account: account) })
        presence = surroundings.sharing.map { FleetPresence($0, version: Version.current, clock: clock) }
        let readLog = ReadLog { account, event in events.publish(.reader(event), account: account) }
        reloader = Reloader(
            source: surroundings.configuration, keeper: keeper, consents: consents, notifier: notifier,
            eventCommand: eventCommand, threshold: surroundings.threshold, sockets: sockets, policy: policy,
            readLog: readLog, keys: keys, tokenFiles: tokenFiles, presence: presence, events: events,
            log: surroundings.log)
        api = DaemonAPI(
            keeper: keeper, consents: consents, reloader: reloader, keys: keys, policy: policy, readLog: readLog,
            vendors: vendorServices(secrets: secrets, state: surroundings.state),
            revocation: revocation, catalogue: surroundings.catalogue, time: time,
            started: time.now().instant, events: events, stream: EventStream(bus: events, clock: clock), counts: counts,
            tokenFiles: tokenFiles, registrations: registrations, presence: presence, register: register)
    }

    /// The services that run as long as the daemon does, in the order of the start. They are stopped in the reverse
    /// order, one after the other: consents, then refreshes under way, the files of tokens, and last the reporting of
    /// events.
    var services: [Part] {
        let presence = presence.map { [Part(description: "presence", work: $0.run, stop: $0.stop)] } ?? []
        return [
            Part(description: "events", work: tell, stop: events.close),
            Part(description: "time", work: keepTime, stop: surroundings.time.stop),
            Part(description: "token files", work: tokenFiles.run, stop: tokenFiles.stop),
            Part(description: "grants", work: keeper.run, stop: keeper.drain),
            Part(description: "consents", work: consents.run, stop: consents.stop),
        ] + presence
    }

    /// Runs the subscribers of events inside the daemon.
    @Sendable private func tell() async {
        await withTaskGroup { group in
            group.addTask { await log.run() }
            group.addTask { await decisions.run() }
            group.addTask { await notifier.run { keeper.account($0)?.machine.needsConsent == true } }
            group.addTask { await eventCommand.run() }
            group.addTask { await counts.run() }
            group.addTask { await reportStatus() }
            group.addTask { await followConsents() }
        }
    }

    /// A consent that has ended takes the token out of its file, although readers still get it until it expires.
    private func followConsents() async {
        await endedConsents.run { event in
            if let account = event.account { tokenFiles.note(account: account) }
        }
    }

    private func reportStatus() async {
        await configurations.run { event in
            if case .configuration(let change) = event.change { surroundings.manager.status(change.status) }
        }
    }

    @Sendable private func keepTime() async {
        for await event in surroundings.time.events() {
            switch event {
            case .due: keeper.wake()
            case .jumped: keeper.resume()
            }
        }
    }

    /// Opens the key where that needs no person, once the daemon is ready.
    @Sendable func openKey() async {
        await keys?.run { await reloader.release() }
    }

    /// Logs the events that were published after the services ended.
    func writeLog() async {
        events.close()
        await log.run()
    }
}
