import Basics

/// Samples that were cut and of which a byte was changed: what decoders have to take as a value or an error.
enum Mutations {
    static func forEach(of samples: [[UInt8]], seed: UInt64, _ body: ([UInt8]) -> Void) {
        var random = RandomSource(seed: seed)
        for sample in samples {
            for _ in 0..<20_000 {
                var bytes = sample
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                if let place = bytes.indices.randomElement(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                }
                body(bytes)
            }
        }
    }
}
