import Lab

/// A lab as `skein lab up` and `skein lab ls` show it.
enum LabTable {
    static func print(_ lab: LabStatus) {
        let topology = Printable.text(lab.topology)
        Output.line("lab \(lab.name): \(lab.state.rawValue), \(lab.hosts.count) hosts, from \(topology)")
        guard !lab.hosts.isEmpty else { return }
        var table = TextTable([
            .init(title: "HOST"), .init(title: "PLACE"), .init(title: "ADDRESS"), .init(title: "PEER"),
            .init(title: "SOCKET"), .init(title: "LOG"),
        ])
        for host in lab.hosts {
            table.add([
                host.name, host.path, host.address, host.isRunning ? "runs" : "does not run", host.socket, host.log,
            ])
        }
        table.print()
    }
}
