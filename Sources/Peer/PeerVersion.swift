public import Gossip

/// The version of this software.
public enum PeerVersion {
    /// The same as ``text``, for gossip.
    public static let number = SoftwareVersion(major: 0, minor: 1, patch: 0)
    public static let text = "\(number)"
}
