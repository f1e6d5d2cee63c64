import Basics

/// Changes valid bytes as an attacker would: flips, cuts, copies, extreme numbers.
enum Mutation {
    static func apply(to valid: [UInt8], using random: inout RandomSource) -> [UInt8] {
        var bytes = valid
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(Int.random(in: 1...8, using: &random), bytes.count - at)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(at..<at + length)
            case 2: bytes.insert(contentsOf: random.bytes(length), at: at)
            case 3: bytes.replaceSubrange(at..<at + length, with: [UInt8](repeating: 0xFF, count: length))
            case 4: bytes.replaceSubrange(at..<at + length, with: [UInt8](repeating: 0, count: length))
            case 5: bytes.removeSubrange(at...)
            case let other: preconditionFailure("no mutation \(other)")
            }
        }
        return bytes
    }
}
