import Basics

extension SkeinError {
    /// An error of ours as it is; a foreign one as the cause of what was being done.
    static func wrap(_ error: any Error, doing: String) -> SkeinError {
        if let error = error as? SkeinError { return error }
        if error is CancellationError { return SkeinError(.cancelled, doing: doing, cause: "it was cancelled") }
        return SkeinError(.internal, doing: doing, cause: "\(error)")
    }
}
