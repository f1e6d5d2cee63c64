/// What the guest's kernel is told and given before its root file system is there.
enum GuestKernel {
    /// `net.ifnames=0`: the first network device is eth0 wherever the hypervisor puts it. The rest saves boot time:
    /// no probing of devices that a virtual machine of ours never has, no security module that has no rules here.
    ///
    /// `no_timer_check`: on a busy host an emulated guest is not given the processor long enough for the kernel's test of
    /// its timer, and panics ("IO-APIC + timer doesn't work"). `panic=5`: a guest that panics boots again by itself.
    static let commandLine =
        "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 apparmor=0 selinux=0 audit=0 8250.nr_uarts=1 i8042.noaux i8042.nokbd"
        + " random.trust_cpu=on systemd.show_status=0 no_timer_check panic=5"

    /// The modules of the first user space (dashes written as underscores); what they need is found by itself and
    /// what is built into the kernel is left out.
    static let modules = [
        "virtio_pci", "virtio_mmio", "virtio_blk", "virtio_net", "virtio_console", "virtio_rng", "ext4",
    ]
}
