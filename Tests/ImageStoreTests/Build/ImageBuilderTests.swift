import Basics
import Glibc
import ImageStore
import Testing

/// Real builds with the host's package archives, and real boots. They need root; without it they fail and say so.
@Suite("Building images", .serialized, .timeLimit(.minutes(10))) struct ImageBuilderTests {
    private static let hello = Recipe(
        packages: ["hello"],
        files: [
            RecipeFile(path: "/etc/motd", content: Array("built by a test\n".utf8)),
            RecipeFile(
                path: "/home/alice/.config/deep/er.conf", content: [0, 1, 255], mode: 0o640, owner: "alice",
                group: "alice"),
            RecipeFile(
                path: "/etc/skein/ready.d/50-show",
                content: Array("#!/bin/sh\necho \"hook says $(cat /etc/motd) $(hello -g hi) $SKEIN_NODE\"\n".utf8),
                mode: 0o755),
            RecipeFile(path: "/etc/skein/ready.d/60-bad", content: Array("#!/bin/sh\nexit 7\n".utf8), mode: 0o755),
        ],
        users: [RecipeUser(name: "alice", uid: 2000)],
        run: ["echo first >/srv/order; id -u alice >>/srv/order", "echo second >>/srv/order"])

    @Test("a base and an image derived from it boot, twice, and say that they are done")
    func boots() async throws {
        let base = try await BuildWorkshop.base()
        print("base: \(base.phases.map { "\($0.phase) \($0.time)" }), \(base.packages.count) packages")
        #expect(base.packages.contains { $0.hasPrefix("systemd=") })
        #expect(BuildWorkshop.occupied(base.disk) < 400 << 20)
        let seen = PhaseList()
        let image = try await BuildWorkshop.builder.derive(Self.hello, fromDisk: base.disk) { seen.add($0.phase) }
        print("derived: \(image.phases.map { "\($0.phase) \($0.time)" })")
        #expect(image.packages.contains { $0.hasPrefix("hello=") })
        #expect(seen.phases.contains(.install) && seen.phases.contains(.run))
        #expect(BuildWorkshop.leftovers(in: BuildWorkshop.builder.configuration.workDirectory).isEmpty)

        var seed = SeedTar()
        seed.add(directory: "etc")
        seed.add(file: "etc/hostname", "n007\n")
        seed.add(file: "etc/hosts", "127.0.0.1 localhost\n10.0.2.15 n007\n")
        seed.add(directory: "home/alice/.ssh", mode: 0o700, uid: 2000, gid: 2000)
        seed.add(file: "home/alice/.ssh/authorized_keys", "ssh-ed25519 AAAA\n", mode: 0o600, uid: 2000, gid: 2000)
        seed.add(directory: "run/skein")
        seed.add(file: "run/skein/node.env", "SKEIN_NODE=seven\n")
        seed.add(
            file: "etc/skein/ready.d/70-look",
            """
            #!/bin/sh
            echo "look host=$(hostname) key=$(stat -c %U%a /home/alice/.ssh/authorized_keys)"
            echo "look disk=$(($(stat -f -c '%b*%S' /) >> 30)) order=$(tr '\\n' , </srv/order)"
            echo "look er=$(stat -c %U:%G%a /home/alice/.config/deep/er.conf) dir=$(stat -c %U /home/alice/.config)"
            echo "look mirror=$(grep -rlE 'proxy|artifact' /etc/apt | wc -l) machine=$(wc -c </etc/machine-id)"
            """, mode: 0o755)
        let machine = try await GuestMachine(
            image: image, directory: "\(BuildWorkshop.directory)/guest", seed: seed.finished(), diskSize: "6G")
        for boot in 1...2 {
            let start = ContinuousClock.now
            let isDone = try await machine.boot(within: .seconds(90))
            print("boot \(boot): \(ContinuousClock.now - start): \(machine.lines)")
            let console = BuildWorkshop.text(machine.console) ?? ""
            guard isDone else {
                Issue.record("boot \(boot) did not end: \(console.suffix(4000))")
                return
            }
            #expect(machine.lines.contains("phase userspace") && machine.lines.contains("phase ssh"))
            #expect(machine.lines.contains("phase network address=10.0.2.15"))
            #expect(machine.lines.last == "phase done failed=60-bad")
            #expect(console.contains("hook says built by a test hi seven"))
            #expect(console.contains("look host=n007 key=alice600"))
            #expect(console.contains("look disk=5 order=first,2000,second,"))
            #expect(console.contains("look er=alice:alice640 dir=alice"))
            #expect(console.contains("look mirror=0 machine=33"))
            #expect(console.contains("60-bad failed with exit code 7"))
        }
    }
}

/// The phases that a build went through, from whatever thread told them.
final class PhaseList: @unchecked Sendable {
    private var list: [BuildPhase] = []
    private var mutex = pthread_mutex_t()

    init() { pthread_mutex_init(&mutex, nil) }

    func add(_ phase: BuildPhase) {
        pthread_mutex_lock(&mutex)
        if list.last != phase { list.append(phase) }
        pthread_mutex_unlock(&mutex)
    }

    var phases: [BuildPhase] {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        return list
    }
}
