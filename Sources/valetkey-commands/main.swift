import Command

ValetkeyCommand.mainByName()
