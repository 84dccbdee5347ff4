import ArgumentParser
import Configuration
import Console
import Doctor
import Failures
import FoundationEssentials
import HTTPTransport
import Text
import Vendors

/// `valetkeyd --doctor`, which `valetkey doctor` runs: it needs the configuration and the network as the daemon has them.
extension DaemonCommand {
    func examine(account: String?, asJSON: Bool, _ environment: [String: String]) async throws {
        do {
            let places = try places(environment)
            let transport = Self.transport(environment)
            defer { transport.stop() }
            let doctor = Doctor(
                environment: environment, places: places, catalogue: .complete, transport: transport,
                time: try SystemTimekeeper())
            let checks = store ? await doctor.examineStore() : try await doctor.examine(account: account)
            guard let checks else {
                throw CommandFailure(
                    "the configuration has no shared store", hint: "write a table [store]", exit: .configuration
                ).tell(asJSON: asJSON)
            }
            let report = DoctorReport(version: Version.current, checks: checks)
            try Self.show(report, asJSON: asJSON)
            throw ExitCode((report.isHealthy ? Exit.success : .other).rawValue)
        } catch let fault as NoSuchAccount {
            throw CommandFailure(
                .noSuchAccount, "there is no account \(fault.name.quoted)",
                hint: fault.near.isEmpty
                    ? "valetkey status lists the accounts" : "did you mean \(fault.near.joined(separator: " or "))?"
            ).tell(asJSON: asJSON)
        } catch let fault as StartFault {
            throw Self.failure(fault).tell(asJSON: asJSON)
        }
    }

    private static func failure(_ fault: StartFault) -> CommandFailure {
        var failure = CommandFailure("\(fault)", hint: fault.hint, exit: fault.exit)
        failure.code = fault.code
        return failure
    }

    /// `valetkeyd --info`, which `valetkey info` runs.
    func tellOfInstallation(_ environment: [String: String]) async throws {
        let installation: Installation
        do throws(StartFault) {
            let transport = Self.transport(environment)
            defer { transport.stop() }
            installation = await Doctor(
                environment: environment, places: try places(environment), catalogue: .complete, transport: transport,
                time: try SystemTimekeeper()
            ).installation()
        } catch {
            throw Self.failure(error).tell(asJSON: json)
        }
        if json { return try Terminal.output.result(CommandJSON.text(installation)) }
        let lines = installation.lines.flatMap { name, value in
            let label = name + String(repeating: " ", count: max(1, 18 - name.count))
            return Wrapping.lines(value.plain, width: Terminal.output.columns, first: label)
        }
        try Terminal.output.result(lines.joined(separator: "\n"))
    }

    private func places(_ environment: [String: String]) throws(StartFault) -> Doctor.Places {
        let machine = try Places(environment: environment)
        return Doctor.Places(
            configuration: config ?? ConfigurationFile.defaultPath(environment: environment),
            socket: socket ?? machine.socket, state: machine.state, key: "\(machine.keyFolder)/key")
    }

    static func transport(_ environment: [String: String]) -> CurlTransport {
        CurlTransport(authorities: environment["SSL_CERT_FILE"])
    }

    private static func show(_ report: DoctorReport, asJSON: Bool) throws {
        let text =
            asJSON
            ? try CommandJSON.text(report)
            : DiagnosisText(screen: Terminal.output).lines(report.checks).joined(separator: "\n")
        try Terminal.output.result(text)
    }
}
