import ArgumentParser
import CommandKit

ValetkeyCommand.main()
