/// How a node reaches the network.
public enum NodeNetwork: Hashable, Sendable {
    /// QEMU's user networking: out through the sockets of the QEMU process, nothing in. Needs no device on the host.
    case user
}
