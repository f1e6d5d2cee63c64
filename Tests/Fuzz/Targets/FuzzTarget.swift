/// Something that takes bytes of strangers, by name: decoders, and machines that are fed with what was decoded.
///
/// docs/FUZZING.md says which decoder is in which target.
public struct FuzzTarget: Sendable {
    public let name: String
    /// Inputs that real encoders made, to begin with.
    public let seeds: @Sendable () -> [[UInt8]]
    /// Takes any bytes; stops the process where a promise does not hold.
    public let run: @Sendable (UnsafeRawBufferPointer) -> Void

    init(
        _ name: String, seeds: @escaping @Sendable () -> [[UInt8]],
        run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.run = run
    }

    /// One whose code wants an array.
    init(
        _ name: String, seeds: @escaping @Sendable () -> [[UInt8]], bytes run: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.init(name, seeds: seeds, run: { (bytes: UnsafeRawBufferPointer) in run(Array(bytes)) })
    }

    /// One that reads text: bytes that are no UTF-8 are no input of it.
    init(
        _ name: String, seeds: @escaping @Sendable () -> [String], text run: @escaping @Sendable (String) -> Void
    ) {
        self.init(
            name, seeds: { seeds().map { Array($0.utf8) } },
            run: { (bytes: UnsafeRawBufferPointer) in
                if let text = String(validating: bytes, as: UTF8.self) { run(text) }
            })
    }

    public static let all: [FuzzTarget] = gossip + trust + images + peer + text

    /// A decoder whose values have one encoding each: what is read is written alike.
    static func exact(
        _ name: String, seeds: @escaping @Sendable () -> [[UInt8]], again: @escaping @Sendable ([UInt8]) -> [UInt8]?
    ) -> FuzzTarget {
        FuzzTarget(name, seeds: seeds) { (bytes: [UInt8]) in
            if let encoded = again(bytes) { precondition(encoded == bytes, "\(name): another encoding of a value") }
        }
    }
}
