public import Basics
import Glibc
import Trust

/// Makes a new site: its authority, and for each member the site file and the identity that its peer needs.
public enum SiteMaker {
    /// A host of the new site and where its files go.
    public struct Member: Hashable, Sendable {
        public var name: String
        public var siteFilePath: String
        public var identityPath: String

        public init(name: String, siteFilePath: String, identityPath: String) {
            self.name = name
            self.siteFilePath = siteFilePath
            self.identityPath = identityPath
        }
    }

    /// Makes the files, each of mode 0600. Files that exist are never overwritten; on failure those made are removed.
    ///
    /// - Throws: `SkeinError` of code `usage` for a bad or doubled name, `conflict` when a file exists.
    public static func make(siteName: String, authorityPath: String, members: [Member]) throws(SkeinError) {
        let doing = "making site \(siteName)"
        var names: Set<String> = []
        for member in members {
            guard CertifiedName.isValid(member.name) else {
                throw SkeinError(
                    .usage, doing: doing, cause: "'\(member.name)' is no host name",
                    next: "use letters, digits, '-' and '.', at most \(FormatLimits.nameBytes)")
            }
            guard names.insert(member.name).inserted else {
                throw SkeinError(.usage, doing: doing, cause: "peer \(member.name) is named twice")
            }
        }
        let now = WallClock.unixSeconds()
        let authority = try SiteAuthority(siteName: siteName, now: now)
        var made: [String] = []
        do {
            try write(authority.encoded(), to: authorityPath, &made)
            for member in members {
                let identity = PeerIdentity()
                let chain = try authority.issue(
                    peer: identity, name: member.name, now: now)
                try write(identity.encoded(), to: member.identityPath, &made)
                try write(authority.siteFile(for: chain).encoded(), to: member.siteFilePath, &made)
            }
        } catch {
            for path in made { unlink(path) }
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, _ made: inout [String]) throws(SkeinError) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try HostDirectory.make(String(path[..<slash]), mode: 0o700)
        }
        try SecretFile.write(bytes, to: path)
        made.append(path)
    }
}
