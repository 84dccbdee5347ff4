import DaemonKit

await DaemonCommand.main()
