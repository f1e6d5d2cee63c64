/// One 512-byte header of a POSIX ustar archive, and the pax records for what does not fit into one.
struct TarHeader {
    static let blockBytes = 512
    /// The largest number in the 7 octal digits of mode, uid and gid.
    static let largestID: UInt32 = 0o7777777

    enum Flag: UInt8 {
        case file = 0x30
        case symbolicLink = 0x32
        case directory = 0x35
        case extended = 0x78
    }

    var path: [UInt8]
    var mode: UInt16
    var uid: UInt32
    var gid: UInt32
    var size: Int
    var flag: Flag
    var link: [UInt8] = []

    /// The header. Names are cut to their fields and ids to their digits: what is cut must stand in pax records before.
    func encoded() -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHeader.blockBytes)
        let (prefix, name) = TarHeader.split(path) ?? ([], Array(path.prefix(100)))
        put(name, at: 0, into: &block)
        putOctal(UInt64(mode), digits: 7, at: 100, into: &block)
        putOctal(UInt64(uid > TarHeader.largestID ? 0 : uid), digits: 7, at: 108, into: &block)
        putOctal(UInt64(gid > TarHeader.largestID ? 0 : gid), digits: 7, at: 116, into: &block)
        putOctal(UInt64(size), digits: 11, at: 124, into: &block)
        // The time of change is 0 everywhere: equal entries give equal bytes.
        putOctal(0, digits: 11, at: 136, into: &block)
        block[156] = flag.rawValue
        put(Array(link.prefix(100)), at: 157, into: &block)
        put(Array("ustar\u{0}00".utf8), at: 257, into: &block)
        putOctal(0, digits: 7, at: 329, into: &block)
        putOctal(0, digits: 7, at: 337, into: &block)
        put(prefix, at: 345, into: &block)

        // The sum is taken with its own field as spaces.
        for index in 148..<156 { block[index] = UInt8(ascii: " ") }
        let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
        putOctal(sum, digits: 6, at: 148, into: &block)
        block[154] = 0
        return block
    }

    /// The pax records this header needs before it: empty when everything fits.
    func extendedRecords() -> [UInt8] {
        var records: [UInt8] = []
        if TarHeader.split(path) == nil { records += TarHeader.record("path", path) }
        if link.count > 100 { records += TarHeader.record("linkpath", link) }
        if uid > TarHeader.largestID { records += TarHeader.record("uid", Array(String(uid).utf8)) }
        if gid > TarHeader.largestID { records += TarHeader.record("gid", Array(String(gid).utf8)) }
        return records
    }

    /// The path as (prefix, name) of at most 155 and 100 bytes, cut at a slash; nil when no cut fits.
    private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
        if path.count <= 100 { return ([], path) }
        guard path.count <= 256 else { return nil }
        let slash = UInt8(ascii: "/")
        // A name that ends in a slash (a directory) must not be cut at that slash.
        for index in 1..<path.count - 1 where path[index] == slash {
            if index <= 155, path.count - index - 1 <= 100 {
                return (Array(path[..<index]), Array(path[(index + 1)...]))
            }
        }
        return nil
    }

    /// `LENGTH KEY=VALUE\n`, where LENGTH counts itself.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let body = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = body.count + 1
        while String(length).utf8.count + body.count != length { length = String(length).utf8.count + body.count }
        return Array(String(length).utf8) + body
    }

    private func put(_ bytes: [UInt8], at offset: Int, into block: inout [UInt8]) {
        block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    /// Zero-padded octal digits; the byte after them stays zero.
    private func putOctal(_ value: UInt64, digits: Int, at offset: Int, into block: inout [UInt8]) {
        let text = Array(String(value, radix: 8).utf8)
        put([UInt8](repeating: UInt8(ascii: "0"), count: max(0, digits - text.count)) + text, at: offset, into: &block)
    }
}
