public import Basics
import Glibc

/// Finds the fastest accelerator that really boots a kernel on this host.
///
/// That /dev/kvm exists proves nothing: under some hosts QEMU aborts with it, under others a stock kernel hangs
/// in early boot. So each candidate boots the kernel to user space in plain QEMU, and the first that does is the answer.
public struct AcceleratorProof: Sendable {
    /// Where answers are remembered; processes that share the file prove one after the other and only once.
    public let cacheFile: String
    public let emulator: String
    /// How long a candidate with KVM may take. Where KVM works it takes well under a second.
    public let kvmPatience: Duration
    /// How long translation may take; only a broken host or kernel takes longer.
    public let tcgPatience: Duration

    public init(
        cacheFile: String, emulator: String = "/usr/bin/qemu-system-x86_64", kvmPatience: Duration = .seconds(3),
        tcgPatience: Duration = .seconds(60)
    ) {
        self.cacheFile = cacheFile
        self.emulator = emulator
        self.kvmPatience = kvmPatience
        self.tcgPatience = tcgPatience
    }

    /// The accelerator for a kernel, by the configured choice. `again` proves anew what is remembered.
    ///
    /// `.resources` when nothing that was allowed boots: the error names every attempt.
    public func prove(
        kernel: String, choice: AcceleratorChoice = .auto, again: Bool = false
    ) async throws(SkeinError) -> AcceleratorVerdict {
        switch choice {
        case .tcg: return AcceleratorVerdict(accelerator: .tcg, isRemembered: true, attempts: [])
        case .kvm, .auto: break
        }
        let version = try await Self.emulatorVersion(emulator)
        let hasKVM = HostFile.exists("/dev/kvm")
        let key = try ProofCache.key(kernel: kernel, qemuVersion: version, hasKVM: hasKVM)
        let cache = ProofCache(path: cacheFile)
        if !again, let verdict = remembered(cache, key: key, choice: choice) { return verdict }

        let lock = try await ProofLock.take("\(cacheFile).lock")
        defer { lock.release() }
        // Another process may have proven it while this one waited.
        if !again, let verdict = remembered(cache, key: key, choice: choice) { return verdict }

        let candidates = (hasKVM ? KVMProcessor.allCases.map(Accelerator.kvm) : []) + (choice == .kvm ? [] : [.tcg])
        let verdict = try await firstThatBoots(candidates, kernel: kernel)
        try cache.remember(verdict.accelerator, for: key)
        return verdict
    }

    /// `QEMU emulator version 7.2.22 …` without the words before the number.
    static func emulatorVersion(_ emulator: String) async throws(SkeinError) -> String {
        let text = try await HostTool.run(
            "timeout", ["20s", emulator, "--version"], doing: "asking QEMU for its version",
            next: "apt-get install qemu-system-x86")
        let first = text.split(separator: "\n").first ?? "unknown"
        let words = "QEMU emulator version "
        return String(first.hasPrefix(words) ? first.dropFirst(words.count) : first)
    }

    private func remembered(_ cache: ProofCache, key: String, choice: AcceleratorChoice) -> AcceleratorVerdict? {
        guard let accelerator = cache.answer(to: key), choice != .kvm || accelerator != .tcg else { return nil }
        return AcceleratorVerdict(accelerator: accelerator, isRemembered: true, attempts: [])
    }

    private func firstThatBoots(
        _ candidates: [Accelerator], kernel: String
    ) async throws(SkeinError) -> AcceleratorVerdict {
        let doing = "proving the accelerator"
        let initramfs = "\(cacheFile).\(getpid()).cpio"
        try HostFile.write(ProofGuest.initramfs(), to: initramfs, mode: 0o600, doing: doing)
        defer { unlink(initramfs) }
        var attempts: [AcceleratorVerdict.Attempt] = []
        for candidate in candidates {
            if Task.isCancelled { throw SkeinError(.cancelled, doing: doing, cause: "it was interrupted") }
            let failure = await boot(kernel: kernel, initramfs: initramfs, with: candidate)
            attempts.append(.init(accelerator: candidate, finding: failure ?? "boots"))
            if failure == nil {
                return AcceleratorVerdict(accelerator: candidate, isRemembered: false, attempts: attempts)
            }
        }
        let tried = attempts.map { "\($0.accelerator): \($0.finding)" }.joined(separator: "; ")
        throw SkeinError(
            .resources, doing: doing,
            cause: tried.isEmpty ? "this host has no /dev/kvm" : "the kernel \(kernel) boots with none: \(tried)",
            next: "set `accelerator: auto` in the peer's configuration, or see `skein doctor`")
    }

    /// Boots once; nil when the guest reached user space, else why not.
    private func boot(kernel: String, initramfs: String, with accelerator: Accelerator) async -> String? {
        let patience: Duration
        let processor: [String]
        switch accelerator {
        case .tcg:
            patience = tcgPatience
            processor = ["-accel", "tcg"]
        case .kvm(let seen):
            patience = kvmPatience
            processor = ["-accel", "kvm", "-cpu", Self.argument(for: seen)]
        }
        // `timeout` ends a guest that hangs even when this process is killed meanwhile.
        let arguments =
            ["--signal=KILL", String(format(patience)), emulator, "-nodefaults", "-no-user-config", "-display", "none"]
            + ["-machine", "q35,hpet=off", "-m", "192", "-no-reboot", "-serial", "stdio"] + processor
            + ["-kernel", kernel, "-initrd", initramfs, "-append", ProofGuest.commandLine]
        let start = ContinuousClock.now
        do {
            // A QEMU that aborts leaves no core file.
            let console = try await HostTool.run(
                "prlimit", ["--core=0", "--", "timeout"] + arguments, doing: "booting")
            return console.contains(ProofGuest.marker) ? nil : "the guest ended before it reached user space"
        } catch {
            if ContinuousClock.now - start >= patience { return "not up after \(patience.inSeconds) s" }
            return error.cause
        }
    }

    private func format(_ duration: Duration) -> String { "\(duration.inSeconds)s" }

    private static func argument(for processor: KVMProcessor) -> String {
        switch processor {
        case .hostPassthrough: "host"
        case .hostWithoutArchCapabilities: "host,-arch-capabilities"
        case .qemu64: "qemu64"
        }
    }
}
