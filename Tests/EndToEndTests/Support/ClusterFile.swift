/// A small cluster file, whose nodes say on their consoles who they are.
struct ClusterFile: Sendable {
    var name: String
    var token: String
    var packages = ["hello"]
    var count = 2
    var memory = "512MiB"
    var hosts = ["h1", "h2"]
    /// The share of nodes that must be READY.
    var minimum = "95%"

    var text: String {
        """
        version: 1
        name: \(name)
        image:
          packages: [\(packages.joined(separator: ", "))]
          files:
            - {path: /etc/e2e.token, content: "\(token)\\n"}
            - path: /etc/skein/ready.d/50-e2e
              mode: "0755"
              content: |
                #!/bin/sh
                version=$(dpkg-query -W -f '${Version}' hello)
                echo "e2e: node $(hostname), package hello $version, token $(cat /etc/e2e.token)"
        roles:
          compute: {count: \(count), vcpus: 1, memory: \(memory)}
        hosts: [\(hosts.joined(separator: ", "))]
        placement: {policy: spread}
        ready: {no_progress: 120s, min: \(minimum)}

        """
    }

    static func randomToken() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }
}
