import CLibvirt

/// The version of the libvirt library this process runs with.
enum LibvirtVersion {
    /// `9.0.0`, or nil when the library does not answer.
    static func text() -> String? {
        var version: UInt = 0
        guard virGetVersion(&version, nil, nil) == 0 else { return nil }
        return "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)"
    }

    /// Whether the driver that runs QEMU inside this process is installed.
    static var hasEmbeddedDriver: Bool {
        let places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]
        return places.contains { HostFile.exists("\($0)/libvirt/connection-driver/libvirt_driver_qemu.so") }
    }
}
