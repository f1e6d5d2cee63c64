import ArgumentParser

/// `skein lab`: the verbs about emulated networks.
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Run real peers on an emulated network, and measure them.",
        discussion: """
            A topology file describes sites, racks, hosts and the rates of their links. A lab is that network, made of \
            network namespaces on this machine, with a peer on every host. It needs root.

            Example:  skein lab run topologies/flat-16.yaml        measure a distribution, from nothing to nothing
                      skein lab simulate topologies/flat-190.yaml  the same in virtual time
                      skein lab compare topologies/flat-16.yaml    the same by other tools as well
                      skein lab calibrate topologies/{flat,racks}*.yaml   how far the simulator is off
                      skein lab check-gossip                       does gossip of 32 peers keep its bars?
                      skein lab up topologies/demo.yaml            keep a network, to work in it
                      skein lab exec h0 -- skein up -f examples/hello.yaml
                      skein lab down
            """,
        subcommands: [
            LabRunCommand.self, LabCompare.self, LabSimulate.self, LabRandom.self, LabGossip.self, LabCheckGossip.self,
            LabCalibrate.self, LabBench.self,
            LabUp.self, LabDown.self, LabExec.self, LabList.self, LabStats.self, LabForecasts.self, LabRelay.self,
        ])
}
