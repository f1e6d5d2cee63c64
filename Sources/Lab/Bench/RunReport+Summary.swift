extension RunReport {
    /// The figures without what was measured at each host, link and pair of hosts, of which a run of 1,000 has megabytes:
    /// a benchmark keeps what its document shows.
    package var summary: RunReport {
        var summary = self
        summary.links = []
        summary.hostsDetail = []
        summary.flows = []
        summary.runs = runs?.map(\.summary)
        return summary
    }
}
