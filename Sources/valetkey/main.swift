import ArgumentParser
import Command

ValetkeyCommand.main()
