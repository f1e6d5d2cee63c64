import Basics
import Glibc

/// A lock on a file, waited for without blocking a thread; it ends with its process.
struct ProofLock: Sendable {
    private let descriptor: Int32

    /// The pause between two tries; proofs take seconds.
    private static let pause: Duration = .milliseconds(100)

    static func take(_ path: String) async throws(SkeinError) -> ProofLock {
        let doing = "waiting for another accelerator proof"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw HostFile.failure("locking \(path)") }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let error = HostFile.failure(doing)
                close(descriptor)
                throw error
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                close(descriptor)
                throw SkeinError(.cancelled, doing: doing, cause: "it was interrupted")
            }
        }
        return ProofLock(descriptor: descriptor)
    }

    func release() { close(descriptor) }
}
