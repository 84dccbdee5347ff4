import APIContract
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
            let machine = try Places(environment: environment)
            let places = Doctor.Places(
                configuration: config ?? ConfigurationFile.defaultPath(environment: environment),
                socket: socket ?? machine.socket, state: machine.state, key: "\(machine.keyFolder)/key")
            let transport = try Self.transport(environment)
            defer { transport.stop() }
            let doctor = Doctor(
                environment: environment, places: places, catalogue: .complete, transport: transport,
                time: try SystemTimekeeper())
            let report = DoctorReport(version: Version.current, checks: try await doctor.examine(account: account))
            try Self.show(report, asJSON: asJSON)
            throw ExitCode((report.isHealthy ? Exit.success : .other).rawValue)
        } catch let fault as NoSuchAccount {
            LineOutput.standardError.line("valetkey: there is no account \(fault.name.quoted)")
            LineOutput.standardError.line(
                fault.near.isEmpty
                    ? "hint: valetkey status lists the accounts"
                    : "hint: did you mean \(fault.near.joined(separator: " or "))?")
            throw ExitCode(FailureCode.noSuchAccount.facts.exit.rawValue)
        } catch let fault as StartFault {
            LineOutput.standardError.line("valetkey: \(fault)")
            if let hint = fault.hint { LineOutput.standardError.line("hint: \(hint)") }
            throw ExitCode(fault.exit.rawValue)
        }
    }

    static func transport(_ environment: [String: String]) throws(StartFault) -> CurlTransport {
        do throws(TransportFailure) {
            return try CurlTransport(authorities: environment["SSL_CERT_FILE"])
        } catch {
            throw .transport("\(error)")
        }
    }

    private static func show(_ report: DoctorReport, asJSON: Bool) throws {
        let text =
            asJSON
            ? String(decoding: try ContractJSON.encode(report, pretty: true), as: UTF8.self)
            : DiagnosisText(screen: Terminal.output).lines(report.checks).joined(separator: "\n")
        try Terminal.output.result(text)
    }
}
