package import Console
import MicrosoftAdvertisingCommand

/// The subcommands of `valetkey` that vendors contribute.
package let vendorCommands: [any CompanionCommand.Type] = [AdsCompanion.self]
