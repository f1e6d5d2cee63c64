/// How far a build is.
public struct BuildProgress: Hashable, Sendable {
    public var phase: BuildPhase
    /// Packages, files or steps that are done, and how many there are; both 0 when that is not known.
    public var done: Int
    public var total: Int
    /// What is being worked on: a package, a path, a command.
    public var detail: String

    public init(phase: BuildPhase, done: Int = 0, total: Int = 0, detail: String = "") {
        self.phase = phase
        self.done = done
        self.total = total
        self.detail = detail
    }
}
