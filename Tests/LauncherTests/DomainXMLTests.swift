import Basics
import Foundation
import FoundationXML
import Launcher
import Testing

@Suite("The domain XML of a node")
struct DomainXMLTests {
    @Test("is exactly this for a plain node under tcg")
    func golden() throws {
        let xml = DomainXML.text(try TestPlans.plan(), accelerator: .tcg, emulator: "/usr/bin/qemu-system-x86_64")
        #expect(xml == DomainXMLTests.expected)
    }

    @Test("equal plans give equal text")
    func deterministic() throws {
        let one = DomainXML.text(try TestPlans.plan(), accelerator: .kvm(.qemu64), emulator: "/q")
        #expect(one == DomainXML.text(try TestPlans.plan(), accelerator: .kvm(.qemu64), emulator: "/q"))
    }

    @Test("names each accelerator's processor")
    func processors() throws {
        let plan = try TestPlans.plan()
        let passthrough = DomainXML.text(plan, accelerator: .kvm(.hostPassthrough), emulator: "/q")
        #expect(passthrough.contains("<domain type='kvm'>") && passthrough.contains("<cpu mode='host-passthrough'"))
        let without = DomainXML.text(plan, accelerator: .kvm(.hostWithoutArchCapabilities), emulator: "/q")
        #expect(without.contains("<feature policy='disable' name='arch-capabilities'/>"))
        let plain = DomainXML.text(plan, accelerator: .kvm(.qemu64), emulator: "/q")
        #expect(plain.contains("<model fallback='forbid'>qemu64</model>") && !plain.contains("tb-cache"))
    }

    @Test("a node without initrd has no initrd element")
    func noInitrd() throws {
        let xml = DomainXML.text(try TestPlans.plan(initrd: nil), accelerator: .tcg, emulator: "/q")
        #expect(!xml.contains("initrd"))
    }

    @Test(
        "hostile text stays text",
        arguments: [
            "/a'/><disk/><x y='", "/a\"b", "/a&b", "/a<b>c</b>", "/a]]>b", "/ü/日本/🐦", "/a&#10;b", "/a<!--b",
        ])
    func hostile(path: String) throws {
        let plan = try TestPlans.plan(
            baseDisk: path, kernel: path + "k", initrd: path + "i", commandLine: "x=\(path)", directory: path + "d")
        let xml = DomainXML.text(plan, accelerator: .tcg, emulator: path + "e")
        let reader = ElementReader()
        #expect(reader.read(xml))
        #expect(reader.texts["kernel"] == [path + "k"])
        #expect(reader.texts["initrd"] == [path + "i"])
        #expect(reader.texts["cmdline"] == ["x=\(path)"])
        #expect(reader.texts["emulator"] == [path + "e"])
        #expect(reader.attributes["source/file"] == [path + "d/disk.qcow2", path, path + "d/seed.tar"])
        #expect(
            reader.attributes["source/path"] == Array(repeating: path + "d/console.log", count: 2) + [
                path + "d/ready.log"
            ])
        #expect(reader.counts["disk"] == 2)
    }

    static let expected = """
        <domain type='qemu'>
          <name>vc1.n001</name>
          <uuid>11111111-2222-4333-8444-555555555501</uuid>
          <memory unit='b'>268435456</memory>
          <vcpu>1</vcpu>
          <os>
            <type arch='x86_64' machine='q35'>hvm</type>
            <kernel>/images/vmlinuz</kernel>
            <initrd>/images/initrd</initrd>
            <cmdline>root=/dev/vda rw console=ttyS0 quiet</cmdline>
          </os>
          <features><acpi/><tcg><tb-cache unit='MiB'>128</tb-cache></tcg></features>
          <clock offset='utc'><timer name='hpet' present='no'/></clock>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='unsafe' io='threads' discard='unmap'/>
              <source file='/nodes/vc1/n001/disk.qcow2'/>
              <backingStore type='file'>
                <format type='raw'/>
                <source file='/images/base.raw'/>
                <backingStore/>
              </backingStore>
              <target dev='vda' bus='virtio'/>
              <serial>root</serial>
            </disk>
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw' cache='unsafe' io='threads'/>
              <source file='/nodes/vc1/n001/seed.tar'/>
              <backingStore/>
              <target dev='vdb' bus='virtio'/>
              <readonly/>
              <serial>skein-seed</serial>
            </disk>
            <interface type='user'>
              <mac address='52:54:00:55:55:01'/>
              <model type='virtio'/>
              <rom enabled='no'/>
            </interface>
            <serial type='file'>
              <source path='/nodes/vc1/n001/console.log' append='on'/>
              <target type='isa-serial' port='0'/>
            </serial>
            <console type='file'>
              <source path='/nodes/vc1/n001/console.log' append='on'/>
              <target type='serial' port='0'/>
            </console>
            <channel type='file'>
              <source path='/nodes/vc1/n001/ready.log' append='on'/>
              <target type='virtio' name='org.skein.ready.0'/>
            </channel>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
            <controller type='usb' model='none'/>
            <memballoon model='none'/>
            <video><model type='none'/></video>
          </devices>
        </domain>

        """
}

/// Reads XML with an independent parser and keeps what elements hold.
private final class ElementReader: NSObject, XMLParserDelegate {
    var texts: [String: [String]] = [:]
    var attributes: [String: [String]] = [:]
    var counts: [String: Int] = [:]
    private var text = ""

    func read(_ xml: String) -> Bool {
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = self
        return parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes found: [String: String]
    ) {
        text = ""
        counts[name, default: 0] += 1
        for (key, value) in found { attributes["\(name)/\(key)", default: []].append(value) }
    }

    func parser(_ parser: XMLParser, foundCharacters more: String) { text += more }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        texts[name, default: []].append(text)
        text = ""
    }
}
