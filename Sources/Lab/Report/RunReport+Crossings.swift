extension RunReport {
    /// How often the images came into each site that has none of their sources, of the site with the most.
    ///
    /// - Parameters:
    ///   - site: of each host, by name.
    ///   - lackingBytes: what a host without anything has to get.
    static func siteCrossings(of flows: [Flow], sites site: [String: Int], lackingBytes: Int64) -> Double? {
        guard Set(site.values).count > 1, lackingBytes > 0 else { return nil }
        var came: [Int: Int64] = [:]
        for flow in flows {
            guard let to = site[flow.to], let from = site[flow.from], from != to else { continue }
            came[to, default: 0] += flow.bytes
        }
        return came.values.max().map { Double($0) / Double(lackingBytes) }
    }
}
