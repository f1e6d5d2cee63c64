/// How much of a very large run a page shows; the JSON has all of it.
enum ReportLimits {
    /// Points of one line of the finish curve.
    static let curvePoints = 1200
    /// Links of hosts with a cell of their own.
    static let heatLinks = 2000
    /// Hosts with a row of their own in the picture of who fed whom; more of them make a matrix.
    static let arcHosts = 64
    /// Arrows of that picture, the heaviest first.
    static let arcs = 1500
    /// Rows and columns of the matrix; several hosts share one when there are more.
    static let matrixCells = 200
    /// Rows of the stall timeline.
    static let stallRows = 60
    /// Racks with a row of their own among the ratios.
    static let ratioGroups = 24
    /// Rows of the table of hosts.
    static let hostRows = 4000
    /// Curves and bars of the single runs of one report.
    static let runs = 9
    /// The largest file of JSON that is read.
    static let jsonBytes = 256 << 20
}
