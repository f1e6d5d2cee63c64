import Basics

/// The libvirt domain of a node as XML: a pure function of the plan, the accelerator and the emulator.
public enum DomainXML {
    /// The name of the virtio port on which the guest says its phases.
    public static let readyPort = "org.skein.ready.0"
    /// The serial numbers by which the guest finds its disks under `/dev/disk/by-id/virtio-…`.
    public static let rootSerial = "root"
    public static let seedSerial = "skein-seed"
    /// QEMU's own default is up to 1 GiB of translated code for each guest, which no placement could plan with.
    static let translationCacheMebibytes = 128

    /// Writes the domain. Every text is escaped, also those that ``NodePlan`` already checks.
    public static func text(_ plan: NodePlan, accelerator: Accelerator, emulator: String) -> String {
        let files = plan.files
        let initrd = plan.initrd.map { "\n    <initrd>\(escape($0))</initrd>" } ?? ""
        return """
            <domain type='\(domainType(accelerator))'>
              <name>\(escape(plan.name.domainName))</name>
              <uuid>\(plan.uuid)</uuid>
              <memory unit='b'>\(plan.memory.bytes)</memory>
              <vcpu>\(plan.vcpus)</vcpu>
              <os>
                <type arch='x86_64' machine='q35'>hvm</type>
                <kernel>\(escape(plan.kernel))</kernel>\(initrd)
                <cmdline>\(escape(plan.commandLine))</cmdline>
              </os>
              <features><acpi/>\(translationCache(accelerator))</features>\(processor(accelerator))
              <clock offset='utc'><timer name='hpet' present='no'/></clock>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>restart</on_reboot>
              <on_crash>destroy</on_crash>
              <devices>
                <emulator>\(escape(emulator))</emulator>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2' cache='unsafe' io='threads' discard='unmap'/>
                  <source file='\(escape(files.overlay))'/>
                  <backingStore type='file'>
                    <format type='raw'/>
                    <source file='\(escape(plan.baseDisk))'/>
                    <backingStore/>
                  </backingStore>
                  <target dev='vda' bus='virtio'/>
                  <serial>\(rootSerial)</serial>
                </disk>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='raw' cache='unsafe' io='threads'/>
                  <source file='\(escape(files.seed))'/>
                  <backingStore/>
                  <target dev='vdb' bus='virtio'/>
                  <readonly/>
                  <serial>\(seedSerial)</serial>
                </disk>
                \(interface(plan))
                <serial type='file'>
                  <source path='\(escape(files.console))' append='on'/>
                  <target type='isa-serial' port='0'/>
                </serial>
                <console type='file'>
                  <source path='\(escape(files.console))' append='on'/>
                  <target type='serial' port='0'/>
                </console>
                <channel type='file'>
                  <source path='\(escape(files.ready))' append='on'/>
                  <target type='virtio' name='\(readyPort)'/>
                </channel>
                <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
                <controller type='usb' model='none'/>
                <memballoon model='none'/>
                <video><model type='none'/></video>
              </devices>
            </domain>

            """
    }

    private static func interface(_ plan: NodePlan) -> String {
        switch plan.network {
        case .user:
            // No option ROM: the kernel comes from QEMU, and searching for a boot server costs start time.
            """
            <interface type='user'>
                  <mac address='\(plan.mac)'/>
                  <model type='virtio'/>
                  <rom enabled='no'/>
                </interface>
            """
        }
    }

    private static func domainType(_ accelerator: Accelerator) -> String {
        switch accelerator {
        case .kvm: "kvm"
        case .tcg: "qemu"
        }
    }

    private static func translationCache(_ accelerator: Accelerator) -> String {
        switch accelerator {
        case .kvm: ""
        case .tcg: "<tcg><tb-cache unit='MiB'>\(translationCacheMebibytes)</tb-cache></tcg>"
        }
    }

    private static func processor(_ accelerator: Accelerator) -> String {
        switch accelerator {
        case .tcg: ""
        case .kvm(.hostPassthrough):
            "\n  <cpu mode='host-passthrough' check='none' migratable='off'/>"
        case .kvm(.hostWithoutArchCapabilities):
            "\n  <cpu mode='host-passthrough' check='none' migratable='off'>"
                + "<feature policy='disable' name='arch-capabilities'/></cpu>"
        case .kvm(.qemu64):
            "\n  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>"
        }
    }

    private static func escape(_ text: String) -> String { XMLText.escape(text) }
}
