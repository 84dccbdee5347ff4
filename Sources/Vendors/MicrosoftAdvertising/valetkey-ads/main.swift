import ArgumentParser

// At the top level, `main()` would resolve to the command's blocking variant; in an async function it doesn't.
func start() async {
    await AdsCommand.main()
}

await start()
