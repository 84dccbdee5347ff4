import ArgumentParser
import Console
import Failures
import HTTPTransport
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import OAuth

/// Options for the connection to the service and to the daemon.
struct ServiceOptions: ParsableArguments {
    @Option(name: .customLong("protocol"), help: "rest, or soap, which Microsoft ends on 2027-01-31.")
    var serviceProtocol = ServiceProtocol.rest

    @Option(
        name: .long,
        help: ArgumentHelp("Another URL than Microsoft's; default: $VALETKEY_ADS_BASE_URL.", visibility: .hidden))
    var baseURL: String?

    @OptionGroup var daemon: DaemonOptions

    /// Calls `work` with the account and its service, and turns failures into a message and an exit code.
    func withService(
        _ name: String, asJSON: Bool = false, _ work: (AdvertisingAccount, CustomerManagement) async throws -> Void
    ) async throws {
        try await withCaller(name, asJSON: asJSON) { account, _, service in try await work(account, service) }
    }

    /// As `withService`; `work` also gets a function that makes a `ServiceCaller` for an account, to call other
    /// services, and `request` says which request it makes.
    func withCaller(
        _ name: String, asJSON: Bool = false, request: FaultRemedy.Request = .own,
        _ work: (AdvertisingAccount, (AdvertisingAccount) -> ServiceCaller, CustomerManagement) async throws -> Void
    ) async throws {
        do {
            let account = try await AdvertisingAccount(name, try daemon.client())
            let address = try address(account.preset.environment, of: .customerManagement)
            let transport = CurlTransport()
            defer { transport.stop() }
            let caller = { ServiceCaller(transport: transport, source: $0, pause: Pause.wait) }
            let service = CustomerManagement(
                caller: caller(account), request: ServiceRequest(address: address, serviceProtocol: serviceProtocol))
            do {
                try await work(account, caller, service)
            } catch let failure as CallFailure {
                var remedy = account.remedy
                remedy.request = request
                throw CommandFailure(failure, remedy)
            }
        } catch let failure as CommandFailure {
            throw failure.tell(asJSON: asJSON)
        } catch let failure as TransportFailure {
            throw CommandFailure("\(failure)", exit: .other).tell(asJSON: asJSON)
        }
    }

    func address(
        _ environment: AdvertisingEnvironment, of service: AdvertisingService
    ) throws(CommandFailure) -> ServiceAddress {
        guard let text = baseURL ?? ProcessEnvironment["VALETKEY_ADS_BASE_URL"] else {
            return ServiceAddress(environment, of: service)
        }
        do throws(EndpointFault) {
            return try ServiceAddress(text)
        } catch {
            throw CommandFailure(.usage, "the base URL is wrong: \(error)")
        }
    }
}

extension ServiceProtocol: ExpressibleByArgument {}

extension CommandFailure {
    init(_ failure: CallFailure, _ remedy: FaultRemedy) {
        let lines = remedy.lines(for: failure)
        let exit: Exit =
            if remedy.guess(after: failure) != nil {
                .usage
            } else if failure.isPassing {
                .tryAgain
            } else if failure.meaning == .tokenExpired {
                .consentNeeded
            } else {
                .other
            }
        self.init("\(failure)", hint: lines.isEmpty ? nil : lines.joined(separator: "\nhint: "), exit: exit)
    }
}
