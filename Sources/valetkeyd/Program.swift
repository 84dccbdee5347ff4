import ArgumentParser
import DaemonKit

@main
struct Program {
    static func main() async {
        await DaemonCommand.main()
    }
}
