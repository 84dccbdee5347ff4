/// What a command does while it waits for the daemon's answer.
package struct Meanwhile {
    /// A descriptor that becomes readable once the command no longer wants to wait.
    package var interrupt: CInt
    /// Another descriptor that is watched.
    package var input: CInt?
    /// Called when `input` is readable; the wait ends if it returns true.
    package var take: () -> Bool
    /// Called each second; nil where there is nothing to do.
    package var tick: (() -> Void)?

    package init(
        interrupt: CInt, input: CInt? = nil, take: @escaping () -> Bool = { true }, tick: (() -> Void)? = nil
    ) {
        self.interrupt = interrupt
        self.input = input
        self.take = take
        self.tick = tick
    }
}
