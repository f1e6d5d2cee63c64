public import Basics
import Glibc

extension Recipe {
    /// Throws `.usage` with the first thing that no build could make.
    public func validate() throws(SkeinError) {
        try base.validate()
        try check(packages.count, BuildLimits.packages, "packages")
        try check(users.count, BuildLimits.users, "users")
        try check(files.count, BuildLimits.files, "files")
        try check(run.count, BuildLimits.commands, "run steps")
        for package in packages { try Self.validate(package: package) }
        for user in users {
            guard Self.isUserName(user.name) else {
                throw Self.wrong("`\(user.name)` is no user name", "lower-case letters, digits, - and _; at most 32")
            }
            if let uid = user.uid, !(1000...59_999).contains(uid) {
                throw Self.wrong("user \(user.name) has uid \(uid)", "uids of people are 1000 to 59999")
            }
        }
        if let twice = Self.duplicate(in: users.map(\.name)) { throw Self.wrong("user \(twice) is named twice") }
        let uids = users.compactMap { $0.uid }
        if let twice = Self.duplicate(in: uids) { throw Self.wrong("two users have the uid \(twice)") }
        var content: Int64 = 0
        for file in files {
            try Self.validate(file: file)
            content += Int64(file.content.count)
        }
        guard content <= BuildLimits.allContent.bytes else {
            throw Self.wrong("the files hold \(ByteCount(bytes: content))", "at most \(BuildLimits.allContent)")
        }
        if let twice = Self.duplicate(in: files.map(\.path)) { throw Self.wrong("file \(twice) is named twice") }
        for command in run {
            guard !command.utf8.contains(0), command.utf8.count <= BuildLimits.command else {
                throw Self.wrong("a run step is too long or holds a zero byte", "at most \(BuildLimits.command) bytes")
            }
        }
    }

    /// Debian's rule for package names, and none of the suffixes by which apt means something else.
    static func validate(package: String) throws(SkeinError) {
        let name = package.utf8
        let isAllowed = name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default:
                false
            }
        }
        let first = name.first ?? 0
        guard isAllowed, (2...128).contains(name.count), first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            first != UInt8(ascii: "."), name.last != UInt8(ascii: "-")
        else {
            throw wrong("`\(package)` is no package name", "lower-case letters, digits, + - and .")
        }
    }

    private static func validate(file: RecipeFile) throws(SkeinError) {
        let path = file.path
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.hasPrefix("/"), path.utf8.count <= BuildLimits.path, path.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }),
            !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), path.last != " "
        else {
            throw wrong("`\(path)` is no path of a file", "an absolute path without . and ..")
        }
        // These are file systems of their own in a running node: a file of the image would be hidden or lost.
        if let first = parts.first, ["proc", "sys", "dev", "run", "tmp"].contains(first) {
            throw wrong("file \(path) lies below /\(first), which is empty at each boot", "choose another directory")
        }
        guard file.mode <= 0o7777 else {
            throw wrong("file \(path) has mode \(String(file.mode, radix: 8))", "permission bits, at most 7777")
        }
        for name in [file.owner, file.group] where !isUserName(name) {
            throw wrong("file \(path) belongs to `\(name)`", "the name of a user and of a group of the image")
        }
        guard file.content.count <= BuildLimits.fileContent.bytes else {
            throw wrong("file \(path) is larger than \(BuildLimits.fileContent)", "put it on shared storage")
        }
    }

    private static func isUserName(_ name: String) -> Bool {
        guard (1...32).contains(name.utf8.count), let first = name.utf8.first, first != UInt8(ascii: "-") else {
            return false
        }
        let isDigits = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return !isDigits
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default:
                    false
                }
            }
    }

    private func check(_ count: Int, _ limit: Int, _ what: String) throws(SkeinError) {
        guard count <= limit else { throw Self.wrong("\(count) \(what)", "at most \(limit)") }
    }

    private static func duplicate<T: Hashable>(in list: [T]) -> T? {
        var seen: Set<T> = []
        return list.first { !seen.insert($0).inserted }
    }

    private static func wrong(_ cause: String, _ next: String = "") -> SkeinError {
        SkeinError(.usage, doing: "reading an image's recipe", cause: cause, next: next)
    }
}

extension BaseSpec {
    /// Throws `.usage` when no base of this kind can be built on this host.
    func validate() throws(SkeinError) {
        let doing = "reading an image's base"
        guard distro == "debian" else {
            throw SkeinError(.usage, doing: doing, cause: "distribution `\(distro)` is not known", next: "use debian")
        }
        let isName = suite.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isName, (2...32).contains(suite.utf8.count), !suite.hasPrefix("-") else {
            throw SkeinError(.usage, doing: doing, cause: "`\(suite)` is no suite", next: "bookworm, for example")
        }
        guard arch == BaseSpec.hostArchitecture else {
            throw SkeinError(
                .usage, doing: doing, cause: "images for \(arch) are not built on \(BaseSpec.hostArchitecture)",
                next: "build on a host of that kind and import or fetch the image")
        }
        guard kernelPackage != nil else {
            throw SkeinError(
                .usage, doing: doing, cause: "kernel `\(kernel)` is not known", next: "use cloud or generic")
        }
    }
}
