import Glibc
import ImageStore
import Subprocess

/// A node in plain QEMU, emulated: an overlay over an image's disk, a seed, a console and the ready channel as files.
struct GuestMachine {
    let directory: String
    let image: BuiltImage

    var console: String { "\(directory)/console" }
    var ready: String { "\(directory)/ready.log" }

    init(image: BuiltImage, directory: String, seed: [UInt8], diskSize: String) async throws {
        self.image = image
        self.directory = directory
        mkdir(directory, 0o755)
        BuildWorkshop.write(seed, to: "\(directory)/seed.raw")
        _ = try await Subprocess.run(
            .name("qemu-img"),
            arguments: [
                "create", "-q", "-f", "qcow2", "-b", image.disk, "-F", "raw", "\(directory)/disk.qcow2", diskSize,
            ], output: .discarded)
    }

    /// Boots until a line `phase done` comes or the time is over; then, or earlier by itself, the machine is ended.
    /// True when the line came. Console and channel are begun anew.
    func boot(within limit: Duration) async throws -> Bool {
        unlink(ready)
        unlink(console)
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let arguments: [String] = [
            "-machine", "q35", "-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", "1", "-display", "none",
            "-nodefaults", "-no-user-config", "-no-reboot",
            "-kernel", image.kernel, "-initrd", image.initrd, "-append", image.commandLine,
            "-drive", "if=none,id=root,format=qcow2,cache=unsafe,file=\(directory)/disk.qcow2",
            "-device", "virtio-blk-pci,drive=root,serial=root",
            "-drive", "if=none,id=seed,format=raw,readonly=on,file=\(directory)/seed.raw",
            "-device", "virtio-blk-pci,drive=seed,serial=skein-seed",
            "-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-serial-pci", "-chardev", "file,id=ready,append=on,path=\(ready)",
            "-device", "virtserialport,chardev=ready,name=org.skein.ready.0", "-device", "virtio-rng-pci",
            "-serial", "file:\(console)",
        ]
        let result = try await Subprocess.run(
            .name("qemu-system-x86_64"), arguments: Arguments(arguments), platformOptions: options,
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            let deadline = ContinuousClock.now + limit
            var isDone = false
            while !isDone, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
                isDone = lines.contains { $0.hasPrefix("phase done") }
            }
            await execution.teardown(using: [])
            return isDone
        }
        return result.closureResult
    }

    /// What came over the ready channel.
    var lines: [Substring] { (BuildWorkshop.text(ready) ?? "").split(separator: "\n") }
}
