internal import Basics
internal import GRDB

/// Turns what SQLite throws into the error that reaches people.
enum CatalogFailure {
    static func error(_ error: any Error, doing: String) -> SkeinError {
        if let error = error as? SkeinError { return error }
        guard let error = error as? DatabaseError else {
            return SkeinError(.internal, doing: doing, cause: "\(error)")
        }
        let cause = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL, .SQLITE_NOMEM:
            return SkeinError(.resources, doing: doing, cause: cause, next: "free some space, then try again")
        case .SQLITE_IOERR:
            return SkeinError(.resources, doing: doing, cause: cause, next: "see the kernel's log and the free space")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return SkeinError(.corrupt, doing: doing, cause: cause, next: "restart the peer")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            return SkeinError(.permission, doing: doing, cause: cause)
        default:
            return SkeinError(.internal, doing: doing, cause: cause)
        }
    }

    /// Runs a database access and gives its errors a name.
    static func naming<Result>(_ doing: String, _ body: () throws -> Result) throws(SkeinError) -> Result {
        do { return try body() } catch { throw CatalogFailure.error(error, doing: doing) }
    }
}
