import Basics

/// Who wants to know how a transfer goes.
struct ReceiveWaiter {
    let onProgress: (TransferProgress) -> Void
    let onEnd: (Result<TransferProgress, SkeinError>) -> Void
}
