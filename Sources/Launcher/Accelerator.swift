/// How QEMU runs a guest's instructions.
public enum Accelerator: Hashable, Sendable {
    /// The processor itself runs them, seen by the guest as this processor.
    case kvm(KVMProcessor)
    /// QEMU translates them: works everywhere, some ten times slower.
    case tcg
}

/// The processor a guest under KVM sees. Hosts that are themselves guests refuse some of these.
public enum KVMProcessor: String, Hashable, Sendable, CaseIterable {
    /// The host's own processor.
    case hostPassthrough = "host-passthrough"
    /// The host's own processor without the register that nested hosts often cannot give (MSR 0x10a).
    case hostWithoutArchCapabilities = "host-without-arch-capabilities"
    /// The least common processor.
    case qemu64
}

extension Accelerator: CustomStringConvertible {
    /// For people and files: `kvm:host-passthrough` or `tcg`.
    public var description: String {
        switch self {
        case .kvm(let processor): "kvm:\(processor.rawValue)"
        case .tcg: "tcg"
        }
    }

    /// The accelerator a ``description`` stands for, or nil.
    public init?(parsing text: some StringProtocol) {
        if text == "tcg" {
            self = .tcg
        } else if text.hasPrefix("kvm:"), let processor = KVMProcessor(rawValue: String(text.dropFirst(4))) {
            self = .kvm(processor)
        } else {
            return nil
        }
    }
}

/// What the peer's configuration says about the accelerator.
public enum AcceleratorChoice: String, Hashable, Sendable, CaseIterable {
    /// The fastest that is proven to boot.
    case auto
    /// KVM, or an error.
    case kvm
    /// Translation, nothing is proven.
    case tcg
}
