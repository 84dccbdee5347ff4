import CommandKit

ValetkeyCommand.main()
