import Basics
import Testing
import Trust

/// Addresses and ranges in text, read strictly.
struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.1", "0a000001"), ("0.0.0.0", "00000000"), ("255.255.255.255", "ffffffff"),
        ("::", "00000000000000000000000000000000"), ("::1", "00000000000000000000000000000001"),
        ("fd00::", "fd000000000000000000000000000000"), ("1::8", "00010000000000000000000000000008"),
        ("1:2:3:4:5:6:7:8", "00010002000300040005000600070008"),
        ("2001:DB8::a:1:0", "20010db8000000000000000a00010000"),
    ])
    func addressesAreRead(text: String, expected: String) {
        #expect(IPAddressText.parse(text).map { Hex.encode($0) } == expected)
    }

    @Test(arguments: [
        "", "256.0.0.1", "10.0.0", "10.0.0.0.1", "010.0.0.1", "+1.0.0.1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1::2::3", ":::", ":1", "1:", ":1::2", "12345::", "g::", "1:2:3:4:5:6:7::8", "::+1", "::1%eth0", "::1.2.3.4",
    ])
    func addressesThatAreNoneAreRefused(text: String) {
        #expect(IPAddressText.parse(text) == nil)
    }

    @Test(arguments: ["10.77.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "fd00:0:0:0:0:0:0:0/8"])
    func rangesAreReadAndWrittenAlike(text: String) {
        #expect(AddressRange(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "10.77.0.1/16", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "/8", "fd00::/129", "10.0.0.0/8/8",
    ])
    func rangesThatAreNoneAreRefused(text: String) {
        #expect(AddressRange(parsing: text) == nil)
    }

    @Test func aRangeContainsItsAddresses() throws {
        let range = try #require(AddressRange(parsing: "10.64.0.0/10"))
        #expect(range.contains([10, 64, 0, 0]) && range.contains([10, 127, 255, 255]))
        #expect(!range.contains([10, 128, 0, 0]) && !range.contains([10, 63, 255, 255]))
        #expect(!range.contains([UInt8](repeating: 0, count: 16)) && !range.contains([]))
        let all = try #require(AddressRange(parsing: "0.0.0.0/0"))
        #expect(all.contains([1, 2, 3, 4]))
        #expect(AddressRange(parsing: "10.0.0.1")?.prefixLength == 32)
    }
}
