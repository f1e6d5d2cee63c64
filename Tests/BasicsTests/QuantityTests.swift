import Basics
import Testing

/// Sizes, rates and instants: parsing, text, and the ends of their ranges.
struct QuantityTests {
    @Test(
        arguments: [
            ("512MiB", 512 << 20), ("1GiB", 1 << 30), ("64KiB", 64 << 10), ("4TiB", 4 << 40), ("100B", 100), ("0B", 0),
            ("8191TiB", 8191 << 40),
        ] as [(String, Int64)])
    func sizesAreParsed(text: String, bytes: Int64) {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test(arguments: ["", "1", "MiB", "1.5GiB", "-1GiB", "1 GiB", "1gib", "1GB", "9000000000TiB", "8388608TiB", "0x1B"])
    func sizesThatAreNoneAreRefused(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test(
        arguments: [
            (17, "17 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (512 << 20, "512 MiB"), (1_503_238_554, "1.4 GiB"),
            (1 << 50, "1 PiB"),
        ] as [(Int64, String)])
    func sizesAreShown(bytes: Int64, text: String) {
        #expect(ByteCount(bytes: bytes).description == text)
    }

    @Test func ratesAreParsedAndShown() {
        #expect(BitRate(parsing: "100Mbit")?.bitsPerSecond == 100_000_000)
        #expect(BitRate(parsing: "10kbit")?.description == "10.0 kbit/s")
        #expect(BitRate(parsing: "1Gbit")?.description == "1.0 Gbit/s")
        for text in ["", "0Mbit", "-1Mbit", "1MBit", "1.5Gbit", "10", "99999999999Gbit"] {
            #expect(BitRate(parsing: text) == nil, "\(text)")
        }
    }

    @Test func instantsSaturateInsteadOfOverflowing() {
        let instant = Instant(nanoseconds: 5)
        #expect(instant + .nanoseconds(3) == Instant(nanoseconds: 8))
        #expect(Instant.never + .seconds(1) == .never)
        #expect(instant + .seconds(Int64.max) == .never)
        #expect(instant - .origin == .nanoseconds(5))
        #expect(Instant.origin < instant && instant < .never)
        #expect(Duration.seconds(2).wholeNanoseconds == 2_000_000_000)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }
}
