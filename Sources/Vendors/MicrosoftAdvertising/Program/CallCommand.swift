import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import Text

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call any operation of the API, with the body from standard input.",
        discussion: """
            The headers are filled: token, developer token, customer and account. For REST the body is a JSON object, for \
            SOAP (--protocol soap) the request's element without an envelope. The reply's body is printed as it came; a \
            fault is explained, an expired token refreshed once. In one line:
              echo '{"AccountId": "1", "CampaignType": "Search"}' | valetkey ads call ACCOUNT CampaignManagement \
            GetCampaignsByAccountId
            """)

    @Argument(help: "The account of valetkey.", completion: .accounts)
    var account: String

    @Argument(help: "CampaignManagement, CustomerManagement, CustomerBilling, Reporting, Bulk or AdInsight.")
    var service: AdvertisingService

    @Argument(
        help: "The operation, such as GetCampaignsByAccountId; for REST also its path, such as Campaigns/QueryByIds.")
    var operation: String

    @OptionGroup var named: CustomerOptions

    @OptionGroup var connection: ServiceOptions

    func run() async throws {
        let name = OperationCall.operation(in: operation, of: service)
        try await connection.withCaller(account, request: .call(service, name)) { account, caller, customers in
            let call = try call(account)
            var chosen = account
            chosen.wish = try await named.wish(account, customers)
            if service.wantsCustomer, try await chosen.headers().customerID == nil {
                throw CommandFailure(
                    .usage,
                    "\(service.rawValue) wants a customer and an account, and none is chosen for \(account.name)",
                    hint: "valetkey ads accounts \(account.name), or name them with --customer and --account")
            }
            let body = try await caller(chosen).call { credentials throws(CallFailure) in
                try call.request(credentials)
            } _: { reply, secrets throws(CallFailure) in
                try call.read(reply, secrets: secrets)
            }
            try Terminal.output.result(String(decoding: body, as: UTF8.self))
        }
    }

    private func call(_ account: AdvertisingAccount) throws(CommandFailure) -> OperationCall {
        let address = try connection.address(account.preset.environment, of: service)
        let body = Self.standardInput()
        do throws(CallMistake) {
            return try OperationCall(
                service, operation, body: body, serviceProtocol: connection.serviceProtocol, address: address)
        } catch {
            throw CommandFailure(.usage, "\(error)", hint: error.hint)
        }
    }
    /// All of it. An error of reading ends it, as the end of the input does.
    private static func standardInput() -> [UInt8] {
        var body: [UInt8] = []
        var octets = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(STDIN_FILENO, &octets, octets.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return body }
            body += octets[..<count]
        }
    }
}
