import Basics
import Glibc
import ImageStore
import Subprocess
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

    @Test("a derived image is a parent too, and only what is missing is done again")
    func parentOfParent() async throws {
        let base = try await BuildWorkshop.base()
        let first = Recipe(packages: ["hello"], run: ["echo one >>/srv/steps"])
        let second = Recipe(packages: ["hello"], run: ["echo one >>/srv/steps", "test \"$(cat /srv/steps)\" = one"])
        let parent = try await BuildWorkshop.builder.derive(first, fromDisk: base.disk)
        let image = try await BuildWorkshop.builder.derive(second, fromDisk: parent.disk, of: first)
        #expect(image.packages == parent.packages)
        #expect(!image.phases.contains { $0.phase == .install })
        let error = await failure { try await BuildWorkshop.builder.derive(first, fromDisk: image.disk, of: second) }
        #expect(error?.code == .usage)
    }

    @Test("builds at the same time share one cache and do not disturb each other")
    func parallel() async throws {
        let base = try await BuildWorkshop.base()
        async let one = BuildWorkshop.builder.derive(Recipe(packages: ["hello"]), fromDisk: base.disk)
        async let two = BuildWorkshop.builder.derive(Recipe(packages: ["hello", "bc"]), fromDisk: base.disk)
        let images = try await (one, two)
        #expect(images.1.packages.count > images.0.packages.count)
        #expect(leftovers.isEmpty)
    }

    @Test("an unknown package is named, with the names that were probably meant")
    func unknownPackage() async throws {
        let base = try await BuildWorkshop.base()
        let error = await failure {
            try await BuildWorkshop.builder.derive(Recipe(packages: ["bc", "openmpi-bim"]), fromDisk: base.disk)
        }
        #expect(error?.code == .notFound)
        #expect(error?.cause == "no package named openmpi-bim in bookworm")
        #expect(error?.next.contains("openmpi-bin") == true)
        #expect(leftovers.isEmpty)
    }

    @Test("a failed step is named, with its exit code and its last words")
    func failedSteps() async throws {
        let base = try await BuildWorkshop.base()
        let run = Recipe(run: ["true", "echo these are its last words; exit 3"])
        let error = await failure { try await BuildWorkshop.builder.derive(run, fromDisk: base.disk) }
        #expect(error?.code == .tool)
        #expect(error?.cause.contains("run step 2 (`echo these are its last words; exit 3`)") == true)
        #expect(error?.cause.contains("exit code 3\n  these are its last words") == true)
        let file = Recipe(files: [RecipeFile(path: "/srv/x", content: [], owner: "nosuch")])
        let second = await failure { try await BuildWorkshop.builder.derive(file, fromDisk: base.disk) }
        #expect(second?.code == .tool)
        #expect(second?.cause.contains("/srv/x") == true && second?.cause.contains("nosuch") == true)
        let full = Recipe(run: ["fallocate -l 6G /srv/fill"])
        let third = await failure { try await BuildWorkshop.builder.derive(full, fromDisk: base.disk) }
        #expect(third?.code == .resources)
        #expect(third?.cause == "the image's file system of 4 GiB is full")
        #expect(leftovers.isEmpty)
    }

    @Test("a daemon that a step leaves running ends with the build")
    func leftDaemon() async throws {
        let base = try await BuildWorkshop.base()
        let recipe = Recipe(run: ["(cd /srv && exec sleep 986) >/dev/null 2>&1 &", "touch /srv/x"])
        _ = try await BuildWorkshop.builder.derive(recipe, fromDisk: base.disk)
        #expect(leftovers.isEmpty)
        #expect(processes(named: "sleep 986") == 0)
    }

    @Test("cancelled in any phase, a build leaves nothing", arguments: [BuildPhase.prepare, .install, .run, .image])
    func cancelled(phase: BuildPhase) async throws {
        let base = try await BuildWorkshop.base()
        let recipe = Recipe(packages: ["bc"], run: phase == .run ? ["sleep 987"] : [])
        let error = await cancelling(at: phase) { progress in
            try await BuildWorkshop.builder.derive(recipe, fromDisk: base.disk, progress: progress)
        }
        #expect(error?.code == .cancelled)
        #expect(leftovers.isEmpty)
        #expect(processes(named: "sleep 987") == 0)
    }

    @Test("a cancelled base build leaves nothing")
    func cancelledBase() async throws {
        _ = try await BuildWorkshop.base()
        let error = await cancelling(at: .install) { progress in
            try await BuildWorkshop.builder.buildBase(BaseSpec(), progress: progress)
        }
        #expect(error?.code == .cancelled)
        #expect(leftovers.isEmpty)
    }

    @Test("when the building process is killed, its build ends by itself, and the next start removes its files")
    func killed() async throws {
        let base = try await BuildWorkshop.base()
        let work = "\(BuildWorkshop.directory)/killed"
        let disk = base.disk
        await #expect(processExitsWith: .signal(SIGKILL)) { [work = work as String, disk = disk as String] in
            let builder = ImageBuilder(configuration: BuildConfiguration(workDirectory: work, logDirectory: work))
            _ = try? await builder.derive(Recipe(run: ["sleep 988"]), fromDisk: disk) { progress in
                if progress.phase == .run { kill(getpid(), SIGKILL) }
            }
        }
        let half = BuildWorkshop.names(in: work).filter { $0.hasPrefix("half-") }
        #expect(half.count == 1)
        try await ImageBuilder.sweep(workDirectory: work)
        #expect(BuildWorkshop.leftovers(in: work).isEmpty)
        #expect(processes(named: "sleep 988") == 0)
    }

    @Test("a build runs in the network namespace that it is given")
    func networkNamespace() async throws {
        let base = try await BuildWorkshop.base()
        let name = "skein-build-\(getpid())"
        _ = try await Subprocess.run(.name("ip"), arguments: ["netns", "add", name], output: .discarded)
        var configuration = BuildWorkshop.builder.configuration
        configuration.networkNamespace = "/run/netns/\(name)"
        let builder = ImageBuilder(configuration: configuration)
        let recipe = Recipe(run: ["ip -o link", "test $(ip -o link | wc -l) = 1"])
        let error = await failure { try await builder.derive(recipe, fromDisk: base.disk) }
        _ = try await Subprocess.run(.name("ip"), arguments: ["netns", "delete", name], output: .discarded)
        #expect(error == nil)
    }

    @Test("sweeping keeps what is claimed")
    func sweep() async throws {
        let work = "\(BuildWorkshop.directory)/swept"
        for name in ["half-1", "built-1", "built-2", "apt"] { try makeDirectory("\(work)/\(name)/inside") }
        try await ImageBuilder.sweep(workDirectory: work, keeping: ["\(work)/built-2"])
        #expect(Set(BuildWorkshop.names(in: work)) == ["built-2", "apt"])
    }

    @Test("without root, without a namespace or a disk the error says so")
    func refusals() async throws {
        await #expect(processExitsWith: .exitCode(13)) {
            setuid(65534)
            let builder = ImageBuilder(
                configuration: BuildConfiguration(workDirectory: "/nowhere", logDirectory: "/nowhere"))
            do throws(SkeinError) { _ = try await builder.buildBase(BaseSpec()) } catch {
                exit(error.code == .permission && error.cause.contains("root") ? 13 : 1)
            }
        }
        var configuration = BuildWorkshop.builder.configuration
        configuration.networkNamespace = "/run/netns/there-is-none"
        let builder = ImageBuilder(configuration: configuration)
        let error = await failure { try await builder.buildBase(BaseSpec()) }
        #expect(error?.code == .notFound && error?.cause.contains("there-is-none") == true)
        let missing = await failure { try await BuildWorkshop.builder.derive(Recipe(), fromDisk: "/nowhere/disk") }
        #expect(missing?.code == .notFound)
    }

    private var leftovers: [String] { BuildWorkshop.leftovers(in: BuildWorkshop.builder.configuration.workDirectory) }

    private func failure(_ build: () async throws -> BuiltImage) async -> SkeinError? {
        do { _ = try await build() } catch { return error as? SkeinError }
        return nil
    }

    /// Runs a build and cancels it when it enters a phase.
    private func cancelling(
        at phase: BuildPhase, _ build: @escaping @Sendable (@escaping ImageBuilder.Progress) async throws -> BuiltImage
    ) async -> SkeinError? {
        let (reached, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task { () -> SkeinError? in
            defer { signal.finish() }
            do { _ = try await build { if $0.phase == phase { signal.yield() } } } catch { return error as? SkeinError }
            return nil
        }
        for await _ in reached { break }
        task.cancel()
        return await task.value
    }

    private func processes(named command: String) -> Int {
        BuildWorkshop.names(in: "/proc").filter { name in
            (BuildWorkshop.text("/proc/\(name)/cmdline") ?? "").split(separator: "\0").joined(separator: " ") == command
        }.count
    }

    private func makeDirectory(_ path: String) throws {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            mkdir(made, 0o755)
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
