import CLibvirt
import Glibc

/// libvirt's own event loop on a thread of its own, one for the process and for its whole life.
enum LibvirtEventLoop {
    /// The longest time the loop sleeps; libvirt wakes it itself when there is something to do.
    private static let tickMilliseconds: Int32 = 1000

    /// Starts the loop at the first call; every connection must be opened after it. False when libvirt refuses.
    ///
    /// libvirt's own log goes to a file below the root of that first call: otherwise it goes to standard error.
    static func start(logFile: String) -> Bool {
        // libvirt reads the environment once, when it is initialised. A value that is set already is left alone.
        setenv("LIBVIRT_LOG_OUTPUTS", "4:file:\(logFile)", 0)
        return started
    }

    private static let started: Bool = {
        // Without this, libvirt prints every error on standard error; we hand errors to our callers.
        virSetErrorFunc(nil) { _, _ in }
        guard virInitialize() == 0, virEventRegisterDefaultImpl() == 0 else { return false }
        // A loop with nothing to wait for would return at once, over and over.
        virEventAddTimeout(tickMilliseconds, { _, _ in }, nil, nil)
        HostThread.start {
            while true { _ = virEventRunDefaultImpl() }
        }
        return true
    }()
}
