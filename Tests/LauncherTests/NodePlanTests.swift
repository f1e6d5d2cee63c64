import Basics
import Launcher
import Testing

@Suite("A node plan")
struct NodePlanTests {
    @Test("refuses what no hypervisor should see")
    func refusals() {
        #expect(throws: SkeinError.self) { try TestPlans.plan(baseDisk: "relative") }
        #expect(throws: SkeinError.self) { try TestPlans.plan(kernel: "/a\u{1}b") }
        #expect(throws: SkeinError.self) { try TestPlans.plan(initrd: "/a\nb") }
        #expect(throws: SkeinError.self) { try TestPlans.plan(commandLine: "a\nb") }
        #expect(throws: SkeinError.self) { try TestPlans.plan(commandLine: String(repeating: "x", count: 2048)) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(directory: "/" + String(repeating: "x", count: 2000)) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(memory: .mebibytes(1)) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(vcpus: 0) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(vcpus: 257) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(diskSize: ByteCount(bytes: -1)) }
        #expect(throws: SkeinError.self) { try TestPlans.plan(diskSize: ByteCount(bytes: .max)) }
    }

    @Test(
        "takes no name that is not a label",
        arguments: ["", "a.b", "-a", "a/b", "a b", "ä", "..", String(repeating: "a", count: 64), "a\u{0}"])
    func names(name: String) {
        #expect(throws: SkeinError.self) { try NodeName(cluster: name, node: "n") }
        #expect(throws: SkeinError.self) { try NodeName(cluster: "c", node: name) }
    }

    @Test("its name is read back from the domain's name, and foreign domains are not ours")
    func domainNames() throws {
        let name = try NodeName(cluster: "a-b_c", node: "n001")
        #expect(NodeName(domainName: name.domainName) == name)
        for foreign in ["", ".", "a", "a.b.c", "a..b", ".a", "a.", "a.b\n", "ü.b"] {
            #expect(NodeName(domainName: foreign) == nil)
        }
    }

    @Test("uuids and addresses are read as they are written")
    func identities() {
        let uuid = DomainUUID.random()
        #expect(DomainUUID(parsing: uuid.description) == uuid)
        #expect(uuid.description.count == 36 && Array(uuid.description)[14] == "4")
        #expect(DomainUUID(parsing: "1234") == nil)
        let mac = MACAddress(for: uuid)
        #expect(MACAddress(parsing: mac.description) == mac)
        for wrong in [
            "", "01:00:00:00:00:01", "52:54:00:1:2:3", "00:00:00:00:00:00", "52:54:00:00:00:01:02", "5254:00",
        ] {
            #expect(MACAddress(parsing: wrong) == nil)
        }
        for accelerator in KVMProcessor.allCases.map(Accelerator.kvm) + [.tcg] {
            #expect(Accelerator(parsing: accelerator.description) == accelerator)
        }
        #expect(Accelerator(parsing: "kvm:") == nil)
    }
}
