/// Answers a request; `emit` sends events before the answer.
typealias RequestHandler =
    @Sendable (_ caller: RequestCaller, _ call: RequestBody, _ emit: @escaping @Sendable ([UInt8]) -> Void) async throws
    -> [UInt8]
