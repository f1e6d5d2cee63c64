/// What names, paths and modes in a cluster file may look like; each check answers what is wrong, or nil.
enum ClusterNames {
    /// A label of a host name (RFC 1123), lower case.
    static func problem(inLabel name: String, limit: Int = 63) -> String? {
        let bytes = Array(name.utf8)
        if bytes.isEmpty { return "is empty" }
        if bytes.count > limit { return "is longer than \(limit) characters" }
        guard bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == dash }) else {
            return "may hold a-z, 0-9 and - only"
        }
        if bytes.first == dash || bytes.last == dash { return "may not begin or end with -" }
        if name == "localhost" { return "means the node itself on every node" }
        return nil
    }

    /// The name of a Debian package (Debian Policy 5.6.7).
    static func problem(inPackage name: String) -> String? {
        let bytes = Array(name.utf8)
        if name.contains("=") { return "pins a version, which this version of skein does not build yet" }
        if name.contains(":") { return "names an architecture, which this version of skein does not build yet" }
        if bytes.count > ClusterLimits.packageNameBytes { return "is too long" }
        guard bytes.count >= 2, isLower(bytes[0]) || isDigit(bytes[0]) else {
            return "is not the name of a Debian package"
        }
        // apt takes a trailing - for the wish to remove the package.
        if bytes.last == dash { return "may not end with -" }
        let isPlain = bytes.allSatisfy { isLower($0) || isDigit($0) || "+-.".utf8.contains($0) }
        return isPlain ? nil : "is not the name of a Debian package (a-z, 0-9, + - . only)"
    }

    /// The name of a user or group account.
    static func problem(inUser name: String) -> String? {
        let bytes = Array(name.utf8)
        let limit = ClusterLimits.userNameBytes
        if bytes.count > limit { return "is longer than \(limit) characters" }
        guard let first = bytes.first, isLower(first) || first == underscore else {
            return "must begin with a-z or _"
        }
        let isPlain = bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == dash || $0 == underscore }
        return isPlain ? nil : "may hold a-z, 0-9, _ and - only"
    }

    /// An absolute path inside a guest, without the slash that marks a tree.
    static func problem(inPath path: String) -> String? {
        if !path.hasPrefix("/") { return "is not absolute" }
        if path.utf8.count > ClusterLimits.pathBytes { return "is longer than \(ClusterLimits.pathBytes) bytes" }
        if path.hasSuffix(" ") { return "ends with a space" }
        if let problem = problem(inRelativePath: String(path.dropFirst())) { return problem }
        for root in ["/proc", "/sys", "/dev", "/run", "/tmp"] where path == root || path.hasPrefix(root + "/") {
            return "lies in \(root), which is empty at every boot"
        }
        return nil
    }

    /// A path below another.
    static func problem(inRelativePath path: String) -> String? {
        if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "holds a control character" }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty { return "has an empty part" }
            if part == "." || part == ".." { return "may not hold \(part)" }
            if part.utf8.count > 255 { return "has a part longer than 255 bytes" }
        }
        return nil
    }

    /// Three or four octal digits, or nil.
    static func mode(_ text: String) -> UInt16? {
        guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
        return UInt16(text, radix: 8)
    }

    /// A line of `authorized_keys` that begins with the type of its key.
    static func problem(inPublicKey line: String) -> String? {
        if line.utf8.count > ClusterLimits.publicKeyBytes { return "is too long" }
        if line.contains("PRIVATE KEY") { return "is a private key: name the .pub file beside it" }
        if line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "holds a control character" }
        let words = line.split(separator: " ")
        guard words.count >= 2, isKeyType(words[0]) else { return "is not a public key" }
        let isBase64 = words[1].utf8.allSatisfy {
            isLower($0) || isDigit($0) || ($0 >= 0x41 && $0 <= 0x5A) || "+/=".utf8.contains($0)
        }
        return isBase64 && words[1].utf8.count >= 32 ? nil : "is not a public key"
    }

    /// True for a key written in place rather than a path to one.
    static func isInlineKey(_ text: String) -> Bool {
        guard let first = text.split(separator: " ").first, text.contains(" ") else { return false }
        return isKeyType(first)
    }

    private static func isKeyType(_ word: Substring) -> Bool {
        ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"].contains { word.hasPrefix($0) }
    }

    private static let dash = UInt8(ascii: "-")
    private static let underscore = UInt8(ascii: "_")
    private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
