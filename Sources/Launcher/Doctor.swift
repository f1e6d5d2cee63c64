import Basics
import Glibc

/// Looks at everything a peer, a build and the lab need of this host, and says what is missing and what to do.
///
/// It changes nothing on the host, except that it may remember the proven accelerator.
public struct Doctor: Sendable {
    /// Below this a build of a small Debian image does not fit.
    static let leastDisk = ByteCount.gibibytes(4)
    /// Below this not even one small node fits beside a peer.
    static let leastMemory = ByteCount.mebibytes(512)

    /// Where the peer keeps images and nodes.
    public let directory: String
    /// A kernel to prove the accelerator with: that of any image. Without one, the proof is left out.
    public let kernel: String?
    public let proof: AcceleratorProof

    public init(directory: String, kernel: String?, proof: AcceleratorProof) {
        self.directory = directory
        self.kernel = kernel
        self.proof = proof
    }

    /// All checks, in the order in which people should read them.
    public func check() async -> [DoctorCheck] {
        var checks = [root(), memory(), disk(), kvm(), await emulator(), libvirt(), libvirtUser(), await accelerator()]
        checks += await [
            tool("qemu-img", ["--version"], package: "qemu-utils", purpose: "nodes cannot get their disks"),
            tool("mmdebstrap", ["--version"], package: "mmdebstrap", purpose: "images cannot be built"),
            tool("mkfs.ext4", ["-V"], package: "e2fsprogs", purpose: "images cannot be built"),
            tool("ip", ["-V"], package: "iproute2", purpose: "the lab cannot run"),
            tool("tc", ["-V"], package: "iproute2", purpose: "the lab cannot run"),
            tool("nft", ["--version"], package: "nftables", purpose: "the lab and cluster isolation cannot run"),
            loopDevices(), namespaces(), shaping(), delaying(), filtering(),
        ]
        return checks
    }

    private func root() -> DoctorCheck {
        geteuid() == 0
            ? DoctorCheck("root", .good, "runs as root")
            : DoctorCheck(
                "root", .bad, "runs as user \(geteuid())",
                next: "run it as root: mounts, network namespaces and the embedded hypervisor need it")
    }

    private func memory() -> DoctorCheck {
        guard let available = HostMemory.available() else {
            return DoctorCheck("memory", .warning, "the kernel does not say what is free", next: "mount /proc")
        }
        return available < Doctor.leastMemory
            ? DoctorCheck("memory", .bad, "\(available) free", next: "end other programs: a small node takes 256 MiB")
            : DoctorCheck("memory", .good, "\(available) free")
    }

    private func disk() -> DoctorCheck {
        guard let available = HostDisk.available(at: directory) else {
            return DoctorCheck("disk", .bad, "\(directory) cannot be looked at", next: "choose another state directory")
        }
        return available < Doctor.leastDisk
            ? DoctorCheck(
                "disk", .bad, "\(available) free for \(directory)",
                next: "make room, or choose a state directory on a larger disk")
            : DoctorCheck("disk", .good, "\(available) free for \(directory)")
    }

    private func kvm() -> DoctorCheck {
        if access("/dev/kvm", R_OK | W_OK) == 0 {
            return DoctorCheck("/dev/kvm", .good, "is there (that alone proves nothing, see accelerator)")
        }
        return DoctorCheck(
            "/dev/kvm", .warning, errno == ENOENT ? "is not there" : "may not be opened",
            next:
                "turn on virtualization in the firmware or hypervisor below; nodes run some ten times slower"
        )
    }

    private func emulator() async -> DoctorCheck {
        do {
            return DoctorCheck("qemu", .good, try await AcceleratorProof.emulatorVersion(proof.emulator))
        } catch {
            return DoctorCheck("qemu", .bad, error.cause, next: "apt-get install qemu-system-x86")
        }
    }

    private func libvirt() -> DoctorCheck {
        guard let version = LibvirtVersion.text(), LibvirtVersion.hasEmbeddedDriver else {
            return DoctorCheck(
                "libvirt", .bad, "its QEMU driver is not installed",
                next: "apt-get install libvirt-daemon-driver-qemu")
        }
        return DoctorCheck("libvirt", .good, "\(version), embedded")
    }

    private func libvirtUser() -> DoctorCheck {
        do {
            _ = try QEMUUser(named: "libvirt-qemu")
            return DoctorCheck("libvirt user", .good, "libvirt-qemu is there")
        } catch {
            return DoctorCheck(
                "libvirt user", .bad, "libvirt does not open without the user libvirt-qemu, and there is none",
                next: "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin libvirt-qemu")
        }
    }

    private func accelerator() async -> DoctorCheck {
        let slow = "nodes boot some ten times slower than with KVM"
        guard let kernel else {
            return HostFile.exists("/dev/kvm")
                ? DoctorCheck(
                    "accelerator", .warning, "not proven yet", next: "it is proven with the first image's kernel")
                : DoctorCheck(
                    "accelerator", .warning, "tcg: \(slow)", next: "use a host with KVM for more than a few nodes")
        }
        do {
            let verdict = try await proof.prove(kernel: kernel)
            let how = verdict.isRemembered ? "proven earlier" : "proven now"
            let failures = verdict.attempts.filter { $0.accelerator != verdict.accelerator }
                .map { "; \($0.accelerator): \($0.finding)" }.joined()
            switch verdict.accelerator {
            case .kvm: return DoctorCheck("accelerator", .good, "\(verdict.accelerator), \(how)")
            case .tcg:
                return DoctorCheck(
                    "accelerator", .warning, "tcg, \(how): \(slow)\(failures)",
                    next: "use a host with working KVM for more than a few nodes")
            }
        } catch {
            return DoctorCheck("accelerator", .bad, error.cause, next: error.next)
        }
    }

    private func tool(_ name: String, _ arguments: [String], package: String, purpose: String) async -> DoctorCheck {
        do {
            let output = try await HostTool.run(name, arguments, doing: "asking \(name) for its version")
            let first = output.split(separator: "\n").first.map(String.init) ?? "is there"
            return DoctorCheck(name, .good, first)
        } catch {
            return DoctorCheck(name, .bad, "\(purpose): \(error.cause)", next: "apt-get install \(package)")
        }
    }

    private func loopDevices() async -> DoctorCheck {
        do {
            let device = try await HostTool.run("losetup", ["--find"], doing: "looking for a free loop device")
            return DoctorCheck("loop devices", .good, "\(device.filter { $0 != "\n" }) is free")
        } catch {
            return DoctorCheck(
                "loop devices", .bad, "images cannot be built: \(error.cause)",
                next: "modprobe loop, or run with access to /dev/loop-control")
        }
    }

    private func namespaces() async -> DoctorCheck {
        await inNamespace(
            "namespaces", ["ip", "link", "set", "lo", "up"], purpose: "the lab cannot run",
            next: "the kernel must allow network namespaces: run as root, outside of restricted containers")
    }

    private func shaping() async -> DoctorCheck {
        await inNamespace(
            "link rates",
            ["tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "10mbit", "burst", "32kb"]
                + ["latency", "30ms"],
            purpose: "the lab cannot shape its links", next: "modprobe sch_tbf")
    }

    private func delaying() async -> DoctorCheck {
        await inNamespace(
            "link delays", ["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"],
            verdict: .warning, purpose: "delays exist in simulation only", next: "modprobe sch_netem")
    }

    private func filtering() async -> DoctorCheck {
        await inNamespace(
            "packet filter", ["nft", "add", "table", "inet", "skein"], purpose: "clusters cannot be isolated",
            next: "modprobe nf_tables")
    }

    /// Runs a command in a network namespace of its own, which ends with the command.
    private func inNamespace(
        _ name: String, _ command: [String], verdict: DoctorCheck.Verdict = .bad, purpose: String, next: String
    ) async -> DoctorCheck {
        do {
            _ = try await HostTool.run("unshare", ["--net", "--"] + command, doing: "trying \(name)")
            return DoctorCheck(name, .good, "work")
        } catch {
            return DoctorCheck(name, verdict, "\(purpose): \(error.cause)", next: next)
        }
    }
}
