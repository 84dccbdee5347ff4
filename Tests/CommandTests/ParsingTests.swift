import APIContract
import ArgumentParser
import Failures
import Testing

@testable import Command
@testable import Console

struct ParsingTests {
    private func parse<Command>(_ words: String, as type: Command.Type = Command.self) throws -> Command {
        let command = try ValetkeyCommand.parseAsRoot(words.split(separator: " ").map(String.init))
        return try #require(command as? Command)
    }

    @Test func `token takes its options, and has defaults`() throws {
        let plain: TokenCommand = try parse("token ads")
        #expect(plain.account == "ads")
        #expect(plain.minTTL == nil)
        #expect(!plain.fresh)
        #expect(plain.wait.seconds == 30)
        #expect(plain.format == .raw)
        #expect(plain.daemon.socket == nil)
        let full: TokenCommand = try parse(
            "token --min-ttl 5m --fresh --wait 0s --format xoauth2 --user me@x.example --socket /s mail")
        #expect(full.account == "mail")
        #expect(full.minTTL?.seconds == 300)
        #expect(full.fresh)
        #expect(full.wait.seconds == 0)
        #expect(full.format == .xoauth2)
        #expect(full.user == "me@x.example")
        #expect(full.daemon.socket == "/s")
    }

    @Test func `login accepts an option for each flow`() throws {
        let plain: LoginCommand = try parse("login ads")
        #expect(plain.account == "ads" && !plain.noBrowser && !plain.paste && !plain.device)
        #expect(try parse("login ads --no-browser", as: LoginCommand.self).noBrowser)
        #expect(try parse("login --paste ads", as: LoginCommand.self).paste)
        #expect(try parse("login --device ads", as: LoginCommand.self).device)
    }

    // STEP-1
    @Test func `login accepts the demands of an API`() throws {
        let full: LoginCommand = try parse(
            #"login ads --claims {"id_token":{}} --acr-values urn:mfa --max-age 0 --paste"#)
        #expect(
            full.request
                == ConsentRequest(flow: .paste, claims: #"{"id_token":{}}"#, acrValues: "urn:mfa", maxAge: 0))
        #expect(try parse("login ads", as: LoginCommand.self).request == ConsentRequest())
    }

    @Test func `the other commands accept their arguments`() throws {
        #expect(try parse("status", as: StatusCommand.self).account == nil)
        let status: StatusCommand = try parse("status ads --json")
        #expect(status.account == "ads" && status.json)
        #expect(try parse("refresh ads", as: RefreshCommand.self).account == "ads")
        #expect(try parse("logout ads --socket /s", as: LogoutCommand.self).daemon.socket == "/s")
        #expect(try parse("reload --socket /s", as: ReloadCommand.self).daemon.socket == "/s")
        #expect(try parse("config check", as: ConfigCommand.Check.self).file == nil)
        #expect(try parse("config check /c.toml", as: ConfigCommand.Check.self).file == "/c.toml")
        #expect(try parse("providers", as: ProvidersCommand.self).name == nil)
        #expect(try parse("providers google", as: ProvidersCommand.self).name == "google")
        #expect(try parse("demo --no-browser x", as: DemoCompanion.self).arguments == ["--no-browser", "x"])
    }

    @Test(arguments: [
        "token", "token a b", "token ads --min-ttl", "token ads --min-ttl soon", "token ads --min-ttl -1",
        "token ads --wait 1.5", "token ads --format yaml", "token ads --format xoauth2", "token ads --fresh=maybe",
        "login", "login ads --paste --device", "login ads --claims []", "login ads --claims {",
        "login ads --max-age -1", "status a b", "refresh", "logout", "reload ads", "config chek",
        "nonsense", "token ads --unknown", "providers a b",
    ])
    func `wrong use ends with 64`(words: String) {
        let error = #expect(throws: (any Error).self) { _ = try parse(words, as: (any ParsableCommand).self) }
        guard let error else { return }
        #expect(ValetkeyCommand.exitCode(for: error).rawValue == Exit.usage.rawValue)
    }

    @Test(arguments: [
        "login", "token", "status", "refresh", "logout", "reload", "config", "providers", "info", "doctor", "setup",
        "explain", "demo", "ads",
    ])
    func `each command says what it does`(name: String) throws {
        let commands = ValetkeyCommand.configuration.subcommands
        let command = try #require(commands.first { $0.configuration.commandName == name })
        #expect(!command.configuration.abstract.isEmpty)
        #expect(
            ValetkeyCommand.helpMessage(for: command, columns: HelpText.unlimited).contains(
                command.configuration.abstract))
    }

    @Test(arguments: [
        ("0", 0), ("90", 90), ("1000000000", 1_000_000_000), ("0s", 0), ("90s", 90), ("5m", 300), ("2h", 7200),
        ("1d", 86_400), ("1h30m", 5400),
    ])
    func `a duration is read`(text: String, seconds: Int) {
        #expect(DurationArgument(argument: text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "s", "-1", "-5m", "1.5h", "5 m", "5M", "m5", "1000000001", "99999999999999999999", "5m5h", "∞",
    ])
    func `an invalid duration is refused`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test func `a duration is printed in the form in which it can be typed`() {
        #expect(DurationArgument(argument: DurationArgument(seconds: 90).description)?.seconds == 90)
    }
}
