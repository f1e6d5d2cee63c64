/// A table of a page: the columns once, then its rows.
struct PageTable {
    struct Column {
        let title: String
        var isNumeric = false
        /// What the column means, shown when the pointer rests on its title.
        var hint = ""
    }

    struct Row {
        let cells: [String]
        /// The colour that drawings give what the row is about.
        var colour: Int?
        var isMain = false
    }

    let columns: [Column]
    let rows: [Row]

    func write(to markup: inout Markup) {
        markup.element("div", [("class", "table")]) { markup in
            markup.element("table") { markup in
                markup.element("thead") { markup in
                    markup.element("tr") { markup in
                        for column in columns {
                            var attributes = style(column)
                            if !column.hint.isEmpty { attributes.append(("title", column.hint)) }
                            markup.element("th", attributes, text: column.title)
                        }
                    }
                }
                markup.element("tbody") { markup in
                    for row in rows { write(row, to: &markup) }
                }
            }
        }
    }

    private func write(_ row: Row, to markup: inout Markup) {
        markup.element("tr", row.isMain ? [("class", "main")] : []) { markup in
            for (index, cell) in row.cells.enumerated() where index < columns.count {
                markup.element("td", style(columns[index])) { markup in
                    if index == 0, let colour = row.colour {
                        markup.element("span", [("class", "swatch back\(ReportStyle.colour(colour))")]) { _ in }
                    }
                    markup.text(cell)
                }
            }
        }
    }

    private func style(_ column: Column) -> [(String, String)] { column.isNumeric ? [("class", "n")] : [] }
}
