/// How far an experiment is.
public enum ExperimentProgress: Sendable, Hashable {
    /// What the run needs, said before anything is made.
    case needs(String)
    /// A run begins; from 1.
    case run(Int, of: Int)
    case raising(LabProgress)
    /// What is being done, in a few words.
    case step(String)
    /// Stored bytes that the targets have got in all, of all that they must get; hosts that are done, of all targets.
    case moving(seconds: Double, bytes: Int64, total: Int64, done: Int, targets: Int)
    case event(seconds: Double, String)
    case warning(String)
}
