import CFuzzer
import FoundationEssentials
import FuzzTargets
import Glibc

// usage: Fuzz --list | Fuzz --prepare FOLDER | VALETKEY_FUZZ_TARGET=NAME Fuzz [ARGUMENT OF LIBFUZZER…]
switch CommandLine.arguments.dropFirst().first {
case "--list": for target in FuzzTarget.all { print(target.name) }
case "--prepare": try Preparation.write(to: URL(filePath: CommandLine.arguments.dropFirst(2).first ?? "."))
default:
    guard Chosen.target != nil else {
        print("Fuzz: VALETKEY_FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(64)
    }
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
    exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, Chosen.check))
}
