/// What a command does while it waits for the daemon's answer.
package struct Meanwhile {
    /// A descriptor that becomes readable once the command no longer wants to wait.
    package var interrupt: CInt
    /// Called each second; nil where there is nothing to do.
    package var tick: (() -> Void)?

    package init(interrupt: CInt, tick: (() -> Void)? = nil) {
        self.interrupt = interrupt
        self.tick = tick
    }
}
