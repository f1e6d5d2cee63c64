import Basics

/// The remembered answers of accelerator proofs: a text file with one `KEY<tab>ACCELERATOR` a line, newest last.
struct ProofCache {
    let path: String

    /// What decides the answer: the kernel's bytes, QEMU's version, the processor, and whether /dev/kvm is there.
    static func key(kernel: String, qemuVersion: String, hasKVM: Bool) throws(SkeinError) -> String {
        let doing = "reading the kernel \(kernel)"
        guard let size = HostFile.size(of: kernel) else {
            throw SkeinError(.notFound, doing: doing, cause: "it is not there")
        }
        guard size <= LauncherLimits.kernelBytes.bytes, let bytes = HostFile.read(kernel, limit: Int(size)) else {
            throw SkeinError(.usage, doing: doing, cause: "it is larger than any kernel or cannot be read")
        }
        let processor = processorName().filter { $0 != "\t" && $0 != "\n" }
        return "\(size):\(String(fingerprint(bytes), radix: 16)) qemu \(qemuVersion) kvm \(hasKVM) on \(processor)"
    }

    /// Nil when nothing is remembered, or the file is malformed.
    func answer(to key: String) -> Accelerator? {
        lines().last { $0.key == key }.flatMap { Accelerator(parsing: $0.answer) }
    }

    func remember(_ accelerator: Accelerator, for key: String) throws(SkeinError) {
        var kept = lines().filter { $0.key != key }.suffix(LauncherLimits.proofAnswers - 1)
        kept.append((key, accelerator.description))
        let text = kept.map { "\($0.key)\t\($0.answer)\n" }.joined()
        try HostFile.write(Array(text.utf8), to: path, mode: 0o644, doing: "remembering the accelerator in \(path)")
    }

    private func lines() -> [(key: String, answer: String)] {
        (HostFile.text(path) ?? "").split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }

    /// FNV-1a (Fowler, Noll, Vo): tells kernels apart. Nothing is trusted because of it, so it need not resist attack.
    private static func fingerprint(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func processorName() -> String {
        let lines = (HostFile.text("/proc/cpuinfo", limit: 8192) ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("model name") }), let colon = line.firstIndex(of: ":") else {
            return "unknown"
        }
        return String(line[line.index(after: colon)...].drop { $0 == " " })
    }
}
