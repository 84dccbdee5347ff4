package import ArgumentParser
import MicrosoftAdvertisingCommand

/// The commands of `valetkey` that the vendors bring along.
package let vendorCommands: [any ParsableCommand.Type] = [AdsCommand.self]
