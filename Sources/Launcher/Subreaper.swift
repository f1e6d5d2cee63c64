import Glibc
import Synchronization

/// Makes this process the parent of the QEMU processes that libvirt detaches, and collects them when they end.
///
/// libvirt waits until an ended QEMU is gone from the process table. Its parent is process 1, which in containers often
/// collects only every two seconds: each destroy and each failed start then takes that long. As the nearest subreaper
/// this process adopts them and collects them at once.
///
/// Only processes that nobody here waits for are collected: those that somebody else started (their session tells), and
/// any child that stayed uncollected for ``patience`` (an orphan of some tool that kept this process's session). So the
/// process must not change its own session later. QEMUs of an earlier process keep process 1 as their parent.
public enum Subreaper {
    /// Whoever waits for a child of his own has collected it long before.
    static let patience: Duration = .seconds(60)
    /// The pause between two looks while an ended child waits for its owner.
    private static let pauseMicroseconds: UInt32 = 20_000
    private static let idlePauseMicroseconds: UInt32 = 200_000
    private static let setChildSubreaper: Int32 = 36

    /// Becomes the subreaper at the first call, for the life of the process. False when the kernel refuses.
    @discardableResult
    public static func start() -> Bool { isStarted }

    private static let isStarted: Bool = {
        // prctl takes a variable number of arguments, which Swift does not import; it is called with all five.
        typealias ProcessControl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        guard let symbol = dlsym(nil, "prctl") else { return false }
        let processControl = unsafeBitCast(symbol, to: ProcessControl.self)
        guard processControl(setChildSubreaper, 1, 0, 0, 0) == 0 else { return false }
        HostThread.start { run() }
        return true
    }()

    private static func run() {
        var firstSeen: [pid_t: ContinuousClock.Instant] = [:]
        while true {
            // Looks without collecting: waits until any child has ended, and takes it from nobody.
            var information = siginfo_t()
            if waitid(P_ALL, 0, &information, WEXITED | WNOWAIT) != 0 {
                firstSeen = [:]
                usleep(idlePauseMicroseconds)
                continue
            }
            let now = ContinuousClock.now
            let ended = EndedChild.all()
            firstSeen = firstSeen.filter { pid, _ in ended.contains { $0.pid == pid } }
            for child in ended {
                let seen = firstSeen[child.pid] ?? now
                firstSeen[child.pid] = seen
                if child.isAdopted || now - seen > patience {
                    var status: Int32 = 0
                    waitpid(child.pid, &status, WNOHANG)
                }
            }
            usleep(pauseMicroseconds)
        }
    }
}
