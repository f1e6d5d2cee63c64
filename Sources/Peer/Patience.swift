import Basics

/// Runs work that must answer in time; it is cancelled when it does not.
func withPatience<Value: Sendable>(_ patience: Duration, _ work: @escaping @Sendable () async throws -> Value)
    async throws
    -> Value
{
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: patience)
            throw SkeinError(
                .unreachable, doing: "waiting for a peer", cause: "no answer within \(patience.inSeconds) s")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
