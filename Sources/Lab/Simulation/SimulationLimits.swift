/// Bounds of a simulation.
public enum SimulationLimits {
    /// The largest group whose joining is simulated; larger ones begin with a settled view.
    public static let joiningPeers = 200
    /// The largest group that gossips as one; above it every site is a group.
    public static let gossipPeers = 2_000
    /// Virtual seconds in which a group must have found together.
    public static let joinSeconds: Int64 = 120
    /// Slices over all hosts above which larger ones are taken, unless a size is asked for.
    public static let slices = 25_000_000
    /// Stalls that one copy remembers.
    public static let stalls = 64
}
