import Peer
import Testing

@Suite struct ClusterSubnetTests {
    @Test("a subnet keeps its first address for the hosts and counts the rest")
    func capacity() throws {
        let subnet = try ClusterSubnet.parse("10.1.2.0/24").get()
        #expect(subnet.gateway.description == "10.1.2.1")
        #expect(subnet.nodeCapacity == 253)
        #expect(subnet.address(ofNode: 0).description == "10.1.2.2")
        #expect(subnet.address(ofNode: 252).description == "10.1.2.254")
        #expect(subnet.netmask.description == "255.255.255.0")
        #expect(try ClusterSubnet.parse("192.168.0.0/30").get().nodeCapacity == 1)
        #expect(try ClusterSubnet.parse("10.0.0.0/8").get().nodeCapacity == 16_777_213)
    }

    @Test(
        "addresses are four plain numbers",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.+4", "1.2.3.", "a.b.c.d", "1.2.3.-4", "１.2.3.4",
        ])
    func badAddresses(text: String) {
        #expect(ClusterAddress(parsing: text) == nil)
    }
}
