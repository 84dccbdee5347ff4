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
            the SOAP header's names. They are for the customer and the account that were chosen with "valetkey ads accounts", \
            or for those that --customer and --account name: with both ids nothing is asked of the service.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case http, soap, json
    }

    @Argument(help: "The account of valetkey.", completion: .accounts)
    var account: String

    @Option(name: .long, help: "http, soap or json.")
    var format = Format.http

    @Option(name: .long, help: "For soap: the service whose namespace the elements have.")
    var service = AdvertisingService.campaignManagement

    @Option(name: .long, help: "For soap: the operation that the element Action names.")
    var operation: String?

    @OptionGroup var named: CustomerOptions

    @OptionGroup var connection: ServiceOptions

    func run() async throws {
        try await connection.withService(account) { account, customers in
            var chosen = account
            chosen.wish = try await named.wish(account, customers)
            let headers = try await chosen.headers()
            try Terminal.output.result(String(text(headers).dropLast()))
            guard headers.customerID == nil, service.wantsCustomer else { return }
            Terminal.error.line("hint: without CustomerId and CustomerAccountId: valetkey ads accounts \(account.name)")
        }
    }

    private func text(_ headers: AdvertisingHeaders) throws -> String {
        switch format {
        case .http: return headers.httpLines
        case .json: return String(decoding: try ContractJSON.encode(headers, pretty: true), as: UTF8.self) + "\n"
        case .soap:
            let elements = headers.elements.map { SOAPHeader.Element(name: $0.name, value: $0.value) }
            return try SOAPHeader(service: service, operation: operation, elements: elements).text() + "\n"
        }
    }
}

extension AdvertisingService: ExpressibleByArgument {
    init?(argument: String) {
        self.init(named: argument)
    }
}
