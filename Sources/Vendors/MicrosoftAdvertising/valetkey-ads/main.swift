import ArgumentParser

// At the top level the call would mean the command's blocking `main`; in an async function it doesn't.
func start() async {
    await AdsCommand.main()
}

await start()
