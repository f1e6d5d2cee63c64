/// The files that make a Debian a node: the units around ``FirstbootScript`` and what the system is told.
enum GuestFiles {
    static let all: [RecipeFile] = [
        file("/usr/lib/skein/firstboot", FirstbootScript.text + "\n", mode: 0o755),
        file("/usr/lib/systemd/system/skein-firstboot.service", firstbootUnit),
        file("/usr/lib/systemd/system/skein-ready.service", readyUnit),
        file("/usr/lib/systemd/network/80-skein.network", network),
        file("/etc/ssh/sshd_config.d/10-skein.conf", sshd),
        file("/etc/systemd/system/ssh.service.d/10-skein.conf", sshUnit),
        file("/etc/systemd/system/systemd-udev-trigger.service.d/10-skein.conf", coldplug),
        file("/etc/systemd/journald.conf.d/10-skein.conf", journal),
        file("/etc/systemd/system.conf.d/10-skein.conf", manager),
        file("/etc/apt/sources.list", sources),
        file("/etc/apt/apt.conf.d/90skein", apt),
        file("/etc/hostname", "skein\n"),
        file("/etc/hosts", hosts),
        file("/etc/fstab", ""),
        file("/etc/skein/ready.d/README", readyNote),
        file("/var/lib/skein/README", stateNote),
    ]

    private static func file(_ path: String, _ text: String, mode: UInt16 = 0o644) -> RecipeFile {
        RecipeFile(path: path, content: Array(text.utf8), mode: mode)
    }

    private static let firstbootUnit = """
        [Unit]
        Description=Skein: the node's identity
        DefaultDependencies=no
        After=local-fs.target
        Before=network-pre.target systemd-networkd.service ssh.service sysinit.target shutdown.target
        Wants=network-pre.target
        Conflicts=shutdown.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/usr/lib/skein/firstboot identity

        [Install]
        WantedBy=sysinit.target

        """

    private static let readyUnit = """
        [Unit]
        Description=Skein: say that the node is ready
        After=skein-firstboot.service systemd-networkd.service ssh.service

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        TimeoutStartSec=infinity
        ExecStart=/usr/lib/skein/firstboot ready

        [Install]
        WantedBy=multi-user.target

        """

    /// A seed that wants fixed addresses brings a file whose name sorts before this one.
    private static let network = """
        [Match]
        Name=eth0

        [Network]
        DHCP=ipv4
        LinkLocalAddressing=no
        IPv6AcceptRA=no

        [DHCPv4]
        ClientIdentifier=mac
        UseDomains=yes
        UseHostname=no

        """

    private static let sshd = """
        HostKey /etc/ssh/ssh_host_ed25519_key
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UseDNS no

        """

    /// The configuration is ours and was tested: sshd need not start twice to read it.
    private static let sshUnit = """
        [Service]
        ExecStartPre=

        """

    /// At the start udev looks again at every device that is there already. In a virtual machine most of them are of
    /// no interest (68 terminals, 41 ACPI tables), and asking for the modules of the processor and of the platform
    /// loads things that nobody uses. Everything else, real PCI devices among it, is looked at.
    private static let coldplug =
        "[Service]\nExecStart=\nExecStart=-udevadm trigger --type=devices --action=add --prioritized-subsystem=block,net"
        + dullSubsystems.map { " --subsystem-nomatch=\($0)" }.joined() + "\n"

    private static let dullSubsystems = [
        "acpi", "bdi", "clockevents", "clocksource", "cpu", "event_source", "graphics", "hwmon", "machinecheck", "mem",
        "memory", "misc", "node", "pci_bus", "platform", "pnp", "powercap", "queues", "rtc", "serial", "serio",
        "thermal", "tty", "vc", "vtconsole", "wakeup", "workqueue",
    ]

    private static let journal = """
        [Journal]
        Storage=volatile
        RuntimeMaxUse=16M
        Audit=no

        """

    private static let manager = """
        [Manager]
        DefaultTimeoutStopSec=15s
        LogLevel=notice

        """

    private static let sources = """
        # The archives that this image was built from are its builder's matter. Name here those that this node may use.

        """

    private static let apt = """
        APT::Install-Recommends "false";
        Acquire::Languages "none";

        """

    private static let hosts = """
        127.0.0.1 localhost
        ::1 localhost ip6-localhost ip6-loopback

        """

    private static let readyNote = """
        Executable files in this directory run in the order of their names when a node is up, before it says that it
        is ready. Their output goes to the console; /run/skein/node.env is in their environment.

        """

    private static let stateNote = """
        What a node remembers between boots for itself.

        """
}
