import APIServer
import ArgumentParser
import Command
import Daemon
import Demo
import FoundationEssentials
import VendorPrograms

/// All manual pages.
struct Manual {
    let date: Date
    /// The documentation's page that explains the keys of the configuration.
    let servers: String
    let routes: [Route]

    func pages() throws -> [Page] {
        let commands = try ValetkeyCommand.descriptions.map(CommandDescription.read)
        guard let root = commands.first else { return [] }
        let companions = [DemoProgram.description] + vendorPrograms.map { $0.description() }
        var pages = [
            mainPage(root), daemonPage(try .read(DaemonCommand._dumpHelp())), configurationPage(), socketPage(),
        ]
        let others = try companions.map(CommandDescription.read)
        for command in root.shownSubcommands {
            let described = others.first { $0.commandName == "valetkey \(command.commandName)" }
            pages.append(commandPage("valetkey-\(command.commandName)", described ?? command, within: root))
        }
        return pages + commands.dropFirst().map { commandPage($0.commandName, $0, within: root) }
    }

    /// The page of one command, with a section for each of its subcommands.
    private func commandPage(_ name: String, _ command: CommandDescription, within root: CommandDescription) -> Page {
        var page = Page(name, 1, purpose: command.purpose, date: date)
        let isOwn = name == command.commandName
        let words = isOwn ? [name] : command.commandName.split(separator: " ").map(String.init)
        let whole = isOwn || words.count > 1 ? words : ["valetkey", command.commandName]
        let subcommands = command.shownSubcommands
        page.heading("SYNOPSIS")
        if subcommands.isEmpty {
            page.synopsis(whole, command)
        } else {
            for subcommand in subcommands { page.synopsis(whole + [subcommand.commandName], subcommand) }
        }
        page.heading("DESCRIPTION")
        page.paragraphs((command.abstract ?? "") + "\n\n" + Self.description(command))
        if subcommands.isEmpty {
            if !(command.positionals + command.options).isEmpty { page.heading("OPTIONS") }
            page.arguments(command)
        } else {
            page.heading("COMMANDS")
            for subcommand in subcommands {
                page.subheading((whole + [subcommand.commandName]).joined(separator: " "))
                page.paragraphs((subcommand.abstract ?? "") + "\n\n" + Self.description(subcommand))
                page.arguments(subcommand)
            }
        }
        page.environment()
        page.exitStatus()
        page.examples(whole.last ?? name)
        page.seeAlso([("valetkey", 1), ("valetkey.toml", 5), ("valetkey-socket", 7), ("valetkeyd", 8)])
        return page
    }

    /// The discussion without the examples and the statuses, which have sections of their own.
    private static func description(_ command: CommandDescription) -> String {
        (command.discussion ?? "").split(separator: "\n\n").filter { !$0.hasPrefix("Exit codes:") }
            .joined(separator: "\n\n")
    }

    private func mainPage(_ root: CommandDescription) -> Page {
        var page = Page("valetkey", 1, purpose: root.purpose, date: date)
        page.heading("SYNOPSIS")
        page.line(".Nm valetkey")
        page.line(".Ar command")
        page.line(".Op Ar argument ...")
        page.heading("DESCRIPTION")
        page.paragraphs((root.abstract ?? "") + "\n\n" + Self.description(root))
        page.heading("COMMANDS")
        page.list(
            root.shownSubcommands.map { command in
                ("Xr valetkey\\-\(command.commandName) 1".replacing("\\-", with: "-"), command.abstract ?? "")
            })
        page.paragraphs("Each command has `--help`, and `valetkey --version` prints the version.", isFirst: false)
        page.environment()
        page.files()
        page.exitStatus()
        page.examples("valetkey")
        page.seeAlso(
            root.shownSubcommands.map { ("valetkey-\($0.commandName)", 1) }
                + [("valetkey.toml", 5), ("valetkey-socket", 7), ("valetkeyd", 8)])
        return page
    }

    private func daemonPage(_ command: CommandDescription) -> Page {
        var page = Page("valetkeyd", 8, purpose: command.purpose, date: date)
        page.heading("SYNOPSIS")
        page.synopsis(["valetkeyd"], command)
        page.heading("DESCRIPTION")
        page.paragraphs((command.abstract ?? "") + "\n\n" + (command.discussion ?? ""))
        page.paragraphs(
            """
            The user unit valetkey.socket opens the socket, and the first reader starts valetkey.service. The daemon keeps \
            each account's refresh token, sealed, and refreshes its access token before that expires; a reader gets the \
            token in hand at once.
            """, isFirst: false)
        page.heading("OPTIONS")
        page.arguments(command)
        page.environment()
        page.files()
        page.exitStatus()
        page.examples("valetkeyd")
        page.seeAlso([("valetkey", 1), ("systemd.unit", 5), ("valetkey.toml", 5), ("valetkey-socket", 7)])
        return page
    }
}
