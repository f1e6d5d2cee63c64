/// Aligned columns: words to the left, numbers to the right.
struct TextTable {
    struct Column {
        var title: String
        var isNumeric = false
    }

    let columns: [Column]
    private var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String]) {
        rows.append(cells.map { $0.isEmpty ? "-" : Printable.text($0) })
    }

    /// The title line and the rows, without spaces at their ends.
    var lines: [String] {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { index in
            rows.reduce(titles[index].count) { max($0, index < $1.count ? $1[index].count : 0) }
        }
        return ([titles] + rows).map { cells in
            var line = ""
            for (index, cell) in cells.enumerated() where index < columns.count {
                let space = String(repeating: " ", count: widths[index] - cell.count)
                line += (index > 0 ? "  " : "") + (columns[index].isNumeric ? space + cell : cell + space)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    func print() {
        for line in lines { Output.line(line) }
    }
}
