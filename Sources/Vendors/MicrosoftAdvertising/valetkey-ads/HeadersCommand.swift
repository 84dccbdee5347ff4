import APIContract
import ArgumentParser
import Console
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingService

struct HeadersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "headers", abstract: "Print the request headers of the API, filled.",
        discussion: """
            http is what REST takes, a line each, as curl -H @- reads it; soap is a Header element; json is an object of \
            the SOAP header's names. Choose customer and account first: valetkey ads accounts ACCOUNT.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case http, soap, json
    }

    @Argument(help: "The account of valetkey.")
    var account: String

    @Option(name: .long, help: "http, soap or json.")
    var format = Format.http

    @Option(name: .long, help: "For soap: the service whose namespace the elements have.")
    var service = SOAPService.campaignManagement

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        do {
            let account = try await AdvertisingAccount(account, try daemon.client())
            let headers = try await account.headers()
            try Terminal.output.result(String(text(headers).dropLast()))
            guard headers.customerAccountID == nil, service.wantsCustomer else { return }
            Terminal.error.line("hint: without CustomerId and CustomerAccountId: valetkey ads accounts \(account.name)")
        } catch let failure as CommandFailure {
            throw failure.tell()
        }
    }

    private func text(_ headers: AdvertisingHeaders) throws -> String {
        switch format {
        case .http: return headers.httpLines
        case .json: return String(decoding: try ContractJSON.encode(headers, pretty: true), as: UTF8.self) + "\n"
        case .soap:
            let elements = headers.elements.map { SOAPHeader.Element(name: $0.name, value: $0.value) }
            return try SOAPHeader(service: service, elements: elements).text() + "\n"
        }
    }
}

extension SOAPService: ExpressibleByArgument {}
