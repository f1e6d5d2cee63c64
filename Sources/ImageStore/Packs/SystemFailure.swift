internal import Basics
internal import Glibc

/// Turns the `errno` of a failed call into the error that reaches people.
enum SystemFailure {
    static func error(_ number: Int32, doing: String) -> SkeinError {
        let cause = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return SkeinError(.resources, doing: doing, cause: cause, next: "free some space, then try again")
        case EMFILE, ENFILE, ENOMEM:
            return SkeinError(.resources, doing: doing, cause: cause)
        case EIO:
            return SkeinError(.resources, doing: doing, cause: cause, next: "the disk is failing: see the kernel's log")
        case EACCES, EPERM, EROFS:
            return SkeinError(.permission, doing: doing, cause: cause)
        case ENOENT, ENOTDIR:
            return SkeinError(.notFound, doing: doing, cause: cause)
        case EEXIST, ENOTEMPTY, EBUSY:
            return SkeinError(.conflict, doing: doing, cause: cause)
        default:
            return SkeinError(.internal, doing: doing, cause: cause)
        }
    }
}
