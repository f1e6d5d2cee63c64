public import Basics

/// One file, directory or symbolic link that the guest finds below `/` after its first boot.
public struct SeedEntry: Hashable, Sendable {
    /// What the entry is.
    public enum Kind: Hashable, Sendable {
        case file([UInt8])
        case directory
        case symbolicLink(to: String)
    }

    /// Relative to `/`, without `.` and `..`: `etc/hostname`.
    public let path: String
    public let kind: Kind
    /// The permission bits.
    public let mode: UInt16
    public let uid: UInt32
    public let gid: UInt32

    /// Fails on a path that is empty, absolute, too long, or has an empty, `.` or `..` component.
    public init(
        path: String, kind: Kind, mode: UInt16, uid: UInt32 = 0, gid: UInt32 = 0
    ) throws(SkeinError) {
        guard SeedEntry.isSafe(path) else { throw SeedEntry.refused(path, "the path leaves the seed or is malformed") }
        guard mode <= 0o7777 else { throw SeedEntry.refused(path, "the mode is not a permission") }
        switch kind {
        case .file, .directory: break
        case .symbolicLink(let target):
            guard (1...LauncherLimits.seedPathBytes).contains(target.utf8.count), !target.utf8.contains(0) else {
                throw SeedEntry.refused(path, "the link's target is malformed")
            }
        }
        self.path = path
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
    }

    /// A file of text, world readable unless said otherwise.
    public static func text(
        _ path: String, _ text: String, mode: UInt16 = 0o644, uid: UInt32 = 0, gid: UInt32 = 0
    ) throws(SkeinError) -> SeedEntry {
        try SeedEntry(path: path, kind: .file(Array(text.utf8)), mode: mode, uid: uid, gid: gid)
    }

    public static func directory(
        _ path: String, mode: UInt16 = 0o755, uid: UInt32 = 0, gid: UInt32 = 0
    ) throws(SkeinError) -> SeedEntry {
        try SeedEntry(path: path, kind: .directory, mode: mode, uid: uid, gid: gid)
    }

    private static func isSafe(_ path: String) -> Bool {
        guard (1...LauncherLimits.seedPathBytes).contains(path.utf8.count), !path.utf8.contains(0) else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
    }

    private static func refused(_ path: String, _ cause: String) -> SkeinError {
        SkeinError(.usage, doing: "writing the seed entry '\(path.prefix(80))'", cause: cause)
    }
}
