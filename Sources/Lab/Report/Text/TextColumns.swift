/// Aligned columns of a terminal: words to the left, figures to the right.
struct TextColumns {
    let titles: [String]
    /// Columns of figures.
    let numeric: Set<Int>
    private var rows: [[String]] = []

    init(_ titles: [String], numeric: Set<Int>) {
        self.titles = titles
        self.numeric = numeric
    }

    mutating func add(_ cells: [String]) { rows.append(cells.map { TextReport.printable($0) }) }

    var lines: [String] {
        let all = titles.allSatisfy(\.isEmpty) ? rows : [titles] + rows
        let widths = titles.indices.map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return all.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() where column < titles.count {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += (column > 0 ? "  " : "") + (numeric.contains(column) ? space + cell : cell + space)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
