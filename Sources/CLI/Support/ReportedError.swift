import Basics

/// A failure whose exit code is settled; `isPrinted` when people (or the reader of the JSON) have been told already.
struct ReportedError: Error {
    var error: SkeinError
    var exitCode: Int32
    var isPrinted: Bool

    init(_ error: SkeinError, exitCode: Int32? = nil, isPrinted: Bool) {
        self.error = error
        self.exitCode = exitCode ?? error.exitCode
        self.isPrinted = isPrinted
    }
}
