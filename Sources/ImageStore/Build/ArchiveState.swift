public import Basics
import Glibc
import Trust

/// Which state of the package archives a build sees: the digests of the host's own signed release lists.
///
/// Two hosts with equal lists build interchangeable images. A host without lists has the empty state: its images are
/// then keyed by names alone. `apt-get update` on the host changes the state when the archive has changed, and so
/// asks for new images.
public struct ArchiveState: Hashable, Sendable {
    /// Sorted by the names of the lists.
    public let releases: [Digest]

    public init(releases: [Digest]) { self.releases = releases }

    /// One short text for the whole state.
    var stamp: String {
        ContentHash.of(releases.flatMap(\.bytes)).hex
    }

    /// The largest release list that is read.
    private static let releaseBytes = 16 << 20

    /// The state of this host for a base: of the archives that its sources name for the suite.
    public static func ofHost(_ base: BaseSpec) -> ArchiveState {
        let lists = "/var/lib/apt/lists"
        let releases = AptSources.ofHost(suite: base.suite).releaseListNames.sorted().compactMap { name -> Digest? in
            for suffix in ["InRelease", "Release"] {
                if let bytes = BuildFiles.read("\(lists)/\(name)_\(suffix)", limit: releaseBytes) {
                    return ContentHash.of(bytes)
                }
            }
            return nil
        }
        return ArchiveState(releases: releases)
    }
}
