/// What a command does while it waits for the daemon's answer.
package struct Meanwhile {
    /// A descriptor that becomes readable once the command no longer wants to wait.
    package var interrupt: CInt
    /// Another descriptor that ends the wait when it becomes readable.
    package var input: CInt?
    /// Called each second; nil where there is nothing to do.
    package var tick: (() -> Void)?

    package init(interrupt: CInt, input: CInt? = nil, tick: (() -> Void)? = nil) {
        self.interrupt = interrupt
        self.input = input
        self.tick = tick
    }
}
