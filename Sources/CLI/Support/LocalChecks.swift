import Foundation
import Glibc
import Peer

/// What `skein doctor` can find out without a peer: whether this machine can run one.
enum LocalChecks {
    /// Programs that a peer starts, with the Debian package and what they are for.
    private static let tools: [(name: String, package: String, purpose: String)] = [
        ("mmdebstrap", "mmdebstrap", "builds base images"),
        ("mke2fs", "e2fsprogs", "makes file systems"),
        ("resize2fs", "e2fsprogs", "fits file systems to disks"),
        ("losetup", "mount", "mounts disks for derived images"),
        ("busybox", "busybox-static", "starts guests"),
        ("cpio", "cpio", "packs the guests' initrd"),
        ("qemu-system-x86_64", "qemu-system-x86", "runs nodes"),
        ("qemu-img", "qemu-utils", "makes the nodes' disks"),
        ("ip", "iproute2", "makes networks"),
        ("nft", "nftables", "keeps clusters apart"),
    ]

    static func run() -> [CheckRow] {
        var rows: [CheckRow] = []
        let isRoot = geteuid() == 0
        rows.append(
            CheckRow(
                verdict: isRoot ? "good" : "warning", subject: "user",
                finding: isRoot ? "root" : "not root: a peer needs root to build images, make networks and run nodes",
                next: isRoot ? "" : "run the peer as root; the other verbs need access to its socket only"))
        let missing = tools.filter { ToolSearch.path(of: $0.name) == nil }
        for tool in missing {
            rows.append(
                CheckRow(
                    verdict: "bad", subject: tool.name, finding: "missing: it \(tool.purpose)",
                    next: "apt-get install \(tool.package)"))
        }
        if missing.isEmpty {
            rows.append(CheckRow(verdict: "good", subject: "tools", finding: "all \(tools.count) found", next: ""))
        }
        rows.append(accelerator())
        rows.append(space(at: "/var/lib"))
        return rows
    }

    private static func accelerator() -> CheckRow {
        let descriptor = open("/dev/kvm", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            return CheckRow(
                verdict: "warning", subject: "kvm",
                finding: "/dev/kvm cannot be opened: nodes run emulated, which is much slower",
                next: "switch virtualization on in the firmware, or nested virtualization when this is a guest")
        }
        close(descriptor)
        return CheckRow(
            verdict: "good", subject: "kvm", finding: "/dev/kvm is there; a running peer proves whether guests boot",
            next: "")
    }

    private static func space(at directory: String) -> CheckRow {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else {
            return CheckRow(verdict: "warning", subject: "space", finding: "\(directory) cannot be asked", next: "")
        }
        let free = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).0)
        let isEnough = free >= 10 << 30
        return CheckRow(
            verdict: isEnough ? "good" : "warning", subject: "space",
            finding: "\(Figures.bytes(free)) free in \(directory)",
            next: isEnough ? "" : "a first cluster wants about 10 GiB: free some, or set state: in the peer's file")
    }
}
