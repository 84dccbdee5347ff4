/// Deliberate mistakes of the hosts' shell, which the rules must find.
package enum FleetSabotage: Sendable, CaseIterable {
    /// Writes whatever revision is there.
    case comparesNothing
    case sendsTwice
    case followsNothing
    case revokesNothing
    case savesNothing
    case sleepsThroughAlarms
}
