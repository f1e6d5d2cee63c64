import Basics

/// A request of ours that waits for its response.
struct PendingRequest {
    let onEvent: @Sendable ([UInt8]) -> Void
    let onEnd: @Sendable (Result<[UInt8], SkeinError>) -> Void
}
