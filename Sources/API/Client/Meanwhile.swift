/// What a command does while the daemon lets it wait.
package struct Meanwhile {
    /// A descriptor that becomes readable once the command doesn't want to wait any more.
    package var interrupt: CInt
    /// Called each second; nil where there is nothing to do.
    package var tick: (() -> Void)?

    package init(interrupt: CInt, tick: (() -> Void)? = nil) {
        self.interrupt = interrupt
        self.tick = tick
    }
}
