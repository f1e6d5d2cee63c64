public import Basics

/// The bounds of everything in this module that could grow: queues, names, files and waits.
public enum LauncherLimits {
    /// The most virtual processors of one node.
    public static let vcpus = 256
    /// The least and the most memory of one node.
    public static let nodeMemory = ByteCount.mebibytes(32)...ByteCount.gibibytes(4096)
    /// The longest kernel command line; x86 kernels take 2047 bytes.
    public static let commandLineBytes = 2047
    /// The longest path this module hands to QEMU.
    public static let pathBytes = 1024
    /// The longest path of an embed root: libvirt puts sockets below it, and a socket path ends at 107 bytes.
    public static let embedRootBytes = 48
    /// How many hypervisor calls may wait for a worker; one more is refused.
    public static let waitingCalls = 4096
    /// How many lifecycle events, and how many phase updates, a slow reader may lag behind.
    public static let waitingEvents = 1024
    /// The most entries and bytes of a seed.
    public static let seedEntries = 4096
    public static let seedBytes = ByteCount.mebibytes(64)
    /// The longest path inside a seed.
    public static let seedPathBytes = 1024
    /// A ready line beyond this is dropped whole.
    public static let readyLineBytes = 256
    /// The most `key=value` words kept of one ready line.
    public static let readyWords = 8
    /// What is read of one ready log at a time; a guest that writes faster is read later.
    public static let readyReadBytes = 64 * 1024
    /// A ready log beyond this is cut to nothing: phases are a few hundred bytes, so this guest is broken or hostile.
    public static let readyLogBytes = ByteCount.mebibytes(1)
    /// A console log beyond this is cut to nothing after its end was kept aside.
    public static let consoleLogBytes = ByteCount.mebibytes(8)
    /// What is kept of a console log that is cut, and what is read to show its last lines.
    public static let consoleTailBytes = 256 * 1024
    /// The most last lines of a console, and the longest line, that are shown.
    public static let consoleLines = 1000
    public static let consoleLineCharacters = 512
    /// The log of libvirt's own errors is begun anew beyond this, when the hypervisor is opened.
    public static let libvirtLogBytes = ByteCount.mebibytes(4)
    /// What is kept of the output of a tool.
    public static let toolOutputBytes = 1 << 20
    /// How many answers an accelerator proof file keeps.
    public static let proofAnswers = 64
    /// The largest kernel whose digest the accelerator proof takes.
    public static let kernelBytes = ByteCount.mebibytes(256)
}
