/// The version of this software.
public enum PeerVersion {
    public static let text = "0.1.0"
}
