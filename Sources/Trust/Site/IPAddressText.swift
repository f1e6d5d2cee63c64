/// The text forms of IP addresses, read strictly.
public enum IPAddressText {
    /// 4 bytes for `10.0.0.1`, 16 bytes for `fd00::1`; nil for anything else.
    public static func parse(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        return text.utf8.contains(UInt8(ascii: ":")) ? version6(text) : version4(text)
    }

    /// The text of 4 or 16 bytes; IPv6 without zero compression.
    public static func format(_ address: [UInt8]) -> String {
        if address.count == 4 { return address.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: address.count - 1, by: 2).map {
            String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero means octal to some readers, so it is refused.
            guard (1...3).contains(part.utf8.count), part == "0" || part.utf8.first != UInt8(ascii: "0"),
                part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: some StringProtocol) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard let gap = doubleColon(groups) else {
            return groups.count == 8 ? bytes(of: groups[...]) : nil
        }
        guard let head = bytes(of: groups[..<gap.lowerBound]), let tail = bytes(of: groups[gap.upperBound...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Where `::` stands among the groups between single colons: empty groups, two of them at either end.
    private static func doubleColon(_ groups: [String]) -> Range<Int>? {
        guard let first = groups.firstIndex(of: "") else { return nil }
        var end = first + 1
        while end < groups.count, groups[end].isEmpty { end += 1 }
        let atStart = first == 0
        let atEnd = end == groups.count
        let expected = 1 + (atStart ? 1 : 0) + (atEnd ? 1 : 0)
        return end - first == expected ? first..<end : nil
    }

    private static func bytes(of groups: ArraySlice<String>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for group in groups {
            guard (1...4).contains(group.utf8.count), group.utf8.first != UInt8(ascii: "+"),
                group.utf8.first != UInt8(ascii: "-"), let value = UInt16(group, radix: 16)
            else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }
}
