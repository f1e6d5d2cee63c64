import Basics
import ImageStore
import Testing

@Suite struct TmpKeep {
    @Test func keepBase() async throws {
        let b = ImageBuilder(
            configuration: .init(workDirectory: "/var/tmp/skb/work", logDirectory: "/var/tmp/skb/logs"))
        let start = ContinuousClock.now
        let i = try await b.buildBase(BaseSpec())
        print("KEEP", i.directory, ContinuousClock.now - start, i.phases)
    }
    @Test func mpi() async throws {
        let b = ImageBuilder(
            configuration: .init(workDirectory: "/var/tmp/skb/work", logDirectory: "/var/tmp/skb/logs"))
        let start = ContinuousClock.now
        let i = try await b.derive(Recipe(packages: ["openmpi-bin"]), fromDisk: "/var/tmp/skb/base/disk.raw")
        print("MPI", i.directory, ContinuousClock.now - start, i.phases)
    }
}
