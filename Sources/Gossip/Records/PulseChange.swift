/// How much a change of a pulse matters to others.
enum PulseChange: Sendable {
    case none
    /// It is for people who look, and changes all the time.
    case load
    /// Others plan with it, but it may wait.
    case quiet
    /// What is held, or what runs, is different.
    case prompt
}
