/// How much work and memory it costs to try one passphrase (Argon2id).
public struct PassphraseStrength: Hashable, Sendable {
    public let passes: UInt32
    public let memoryKibibytes: UInt32

    static let mostPasses: UInt32 = 16
    static let mostMemoryKibibytes: UInt32 = 1 << 20
    static let leastMemoryKibibytes: UInt32 = 8

    /// Nil beyond 16 passes or outside 8 KiB to 1 GiB: a file from outside must not ask for more.
    public init?(passes: UInt32, memoryKibibytes: UInt32) {
        guard (1...PassphraseStrength.mostPasses).contains(passes),
            (PassphraseStrength.leastMemoryKibibytes...PassphraseStrength.mostMemoryKibibytes)
                .contains(memoryKibibytes)
        else { return nil }
        self.init(checkedPasses: passes, memoryKibibytes: memoryKibibytes)
    }

    private init(checkedPasses: UInt32, memoryKibibytes: UInt32) {
        passes = checkedPasses
        self.memoryKibibytes = memoryKibibytes
    }

    /// About a second and 256 MiB.
    public static let moderate = PassphraseStrength(checkedPasses: 3, memoryKibibytes: 256 << 10)
}
